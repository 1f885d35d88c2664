using System.Collections.Frozen;

namespace GameCluster.Services;

/// <summary>A service class as it is dispatched to.</summary>
internal sealed record ServiceDefinition(
    Type GrainClass,
    ServiceDescriptor Descriptor,
    FrozenDictionary<int, Handler<MessageContext>> Messages,
    FrozenDictionary<string, Handler<HttpCall>> HttpEndpoints)
{
    private readonly FrozenDictionary<int, DeliveryClass> _pushClasses =
        Descriptor.PushClasses.ToFrozenDictionary(static push => push.MessageId, static push => push.Delivery);

    /// <summary>What may become of a push on its way.</summary>
    public DeliveryClass ClassOf(int messageId) => _pushClasses.GetValueOrDefault(messageId);

    /// <summary>The key of <see cref="HttpEndpoints"/>.</summary>
    public static string EndpointKey(string method, string path) => $"{method} {path}";
}
