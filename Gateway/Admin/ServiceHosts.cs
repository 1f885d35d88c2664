using GameCluster.Placement;
using Orleans.Metadata;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Gateway.Admin;

/// <summary>Which members can host a service: those that have its class and its role.</summary>
internal sealed class ServiceHosts(IClusterMembershipService membership, IClusterManifestProvider manifests, ISiloMetadataCache metadata)
{
    /// <summary>Their names, also of those that start, stop, or do not answer.</summary>
    public string[] Of(string grainType, string role)
    {
        var type = GrainType.Create(grainType);
        var silos = manifests.Current.Silos;
        return
        [
            .. membership.CurrentSnapshot.Members.Values
                .Where(member => member.Status != SiloStatus.Dead && silos.TryGetValue(member.SiloAddress, out var manifest) && manifest.Grains.ContainsKey(type)
                    && HasRole(member.SiloAddress, role))
                .Select(static member => member.Name)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A member whose roles are not known yet may have any.</summary>
    private bool HasRole(SiloAddress silo, string role) =>
        !metadata.GetSiloMetadata(silo).Metadata.TryGetValue(ServiceRole.MetadataKey, out var roles) || ServiceRole.IsAmong(role, roles);
}
