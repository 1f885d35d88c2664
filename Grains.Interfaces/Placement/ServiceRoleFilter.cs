using Orleans.Metadata;
using Orleans.Placement;

namespace GameCluster.Placement;

/// <summary>
/// Restricts a service to the silos that carry its role. Name and role travel in the cluster manifest, so that a process which does not
/// have the service's code places it rightly all the same.
/// </summary>
public sealed class ServiceRoleFilter : PlacementFilterStrategy
{
    private const string ServiceProperty = "service";
    private const string RoleProperty = "role";

    /// <summary>For the container; the manifest fills it in.</summary>
    public ServiceRoleFilter()
        : base(order: 0)
    {
    }

    internal ServiceRoleFilter(string service, string role)
        : this()
    {
        Service = service;
        Role = role;
    }

    /// <summary>The service's name.</summary>
    public string Service { get; private set; } = "";

    /// <summary>The role a silo must carry.</summary>
    public string Role { get; private set; } = "";

    /// <inheritdoc />
    public override void AdditionalInitialize(GrainProperties properties)
    {
        Service = GetPlacementFilterGrainProperty(ServiceProperty, properties) ?? "";
        Role = GetPlacementFilterGrainProperty(RoleProperty, properties) ?? "";
    }

    /// <inheritdoc />
    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(ServiceProperty, Service), new(RoleProperty, Role)];
}
