using GameCluster.Watch;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace GameCluster.Placement;

/// <summary>
/// Lets a service onto the silos whose metadata name its role; a silo whose metadata is not known yet does not count, and one that is about to stop or short of memory only if there is no other.
/// </summary>
internal sealed class ServiceRoleFilterDirector(ISiloMetadataCache metadata, DrainMarks marks, ClusterWatch watch) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var filter = (ServiceRoleFilter)filterStrategy;
        var eligible = silos.Where(silo => ServiceRole.IsAmong(filter.Role, RolesOf(silo))).ToArray();
        if (watch.IsAnyShort && Array.FindAll(eligible, silo => !watch.IsShort(silo)) is { Length: > 0 } roomy)
        {
            eligible = roomy;
        }

        return eligible.Length > 0 ? marks.PreferStaying(eligible) : throw new OrleansException(
            $"No silo can host service '{filter.Service}': none that is active carries the role '{filter.Role}'. "
            + $"Start a silo with '{filter.Role}' among its roles.");
    }

    private string? RolesOf(SiloAddress silo) => metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(ServiceRole.MetadataKey);
}
