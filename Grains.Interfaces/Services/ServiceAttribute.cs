using System.Reflection;
using Orleans.Metadata;

namespace GameCluster.Services;

/// <summary>
/// Makes a grain class a service: message ids are routed to it by this name, and it is placed on silos that carry its role.
/// Goes on a class that derives from ServiceGrain. It pins the Orleans grain type too, as <c>service.</c> and the name, unless the class has a
/// <see cref="GrainTypeAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ServiceAttribute(string name) : Attribute, IGrainTypeProviderAttribute
{
    /// <summary>The service's name, unique in the cluster: what obEspoir calls a node type. Letters, digits, '-', '_' and '.'.</summary>
    public string Name { get; } = name;

    /// <summary>The role a silo must carry to host this service; the name itself when it is not set.</summary>
    public string? Role { get; init; }

    /// <summary>Which grain of the service a message goes to. One per session unless set.</summary>
    public ServiceKey Key { get; init; } = ServiceKey.Session;

    /// <summary>The grain key of a service with <see cref="ServiceKey.Fixed"/>.</summary>
    public string? FixedKey { get; init; }

    /// <summary>Whether messages need a logged-in player; a handler or a route can say otherwise.</summary>
    public bool RequiresLogin { get; init; }

    /// <inheritdoc />
    public GrainType GetGrainType(IServiceProvider services, Type type) =>
        type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(services, type) ?? GrainType.Create("service." + Name);
}
