using System.Collections.Frozen;
using GameCluster.Services;
using ServiceDescriptor = GameCluster.Services.ServiceDescriptor;

namespace GameCluster.Gateway.Routing;

/// <summary>A service as the gateway calls it. Its grain type is parsed once, so that a message costs no more than its grain's key.</summary>
internal sealed class ServiceRoute(ServiceDescriptor descriptor)
{
    private readonly FrozenDictionary<int, HandlerDescriptor> _handlers = descriptor.Handlers.ToFrozenDictionary(handler => handler.MessageId);

    /// <summary>What the service declares, overrides applied.</summary>
    public ServiceDescriptor Descriptor { get; } = descriptor;

    /// <summary>The service's name.</summary>
    public string Name => Descriptor.Name;

    /// <summary>Which grain of the service a message goes to.</summary>
    public ServiceKey Key => Descriptor.Key;

    /// <summary>The Orleans grain type.</summary>
    public GrainType GrainType { get; } = GrainType.Create(descriptor.GrainType);

    /// <summary>The one grain of a service with a fixed key, else null.</summary>
    public GrainId? FixedGrain { get; } = descriptor.Key == ServiceKey.Fixed ? GrainId.Create(descriptor.GrainType, descriptor.FixedKey!) : null;

    /// <summary>The grain with this key.</summary>
    public GrainId CreateGrainId(string key) => GrainId.Create(GrainType, IdSpan.Create(key));

    /// <summary>The handler of an id, or null.</summary>
    public HandlerDescriptor? FindHandler(int messageId) => _handlers.GetValueOrDefault(messageId);
}
