using GameCluster.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Migration;

/// <summary>Where grains of this silo can go when it stops.</summary>
internal sealed class MoveTargets(
    IClusterMembershipService membership, IClusterManifestProvider manifests, ISiloMetadataCache metadata, DrainMarks draining, ILocalSiloDetails local)
{
    private uint _turn;

    /// <summary>The members that take part and are not about to stop, this one aside.</summary>
    public IReadOnlyList<SiloAddress> Others =>
    [
        .. membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(local.SiloAddress) && !draining.Contains(member.SiloAddress))
            .Select(static member => member.SiloAddress),
    ];

    /// <summary>Whether any other member hosts grains at all.</summary>
    public bool Any => manifests.LocalGrainManifest.Grains.Keys.Any(type => FindAll(type).Count > 0);

    /// <summary>The silo for the next grain of a type, each in turn; null if no other can host it.</summary>
    public SiloAddress? Next(GrainType type)
    {
        var silos = FindAll(type);
        return silos.Count == 0 ? null : silos[(int)(Interlocked.Increment(ref _turn) % (uint)silos.Count)];
    }

    private List<SiloAddress> FindAll(GrainType type)
    {
        if (!manifests.LocalGrainManifest.Grains.TryGetValue(type, out var properties))
        {
            return [];
        }

        // Empty for grains that are no service: any silo with their code will do.
        var filter = new ServiceRoleFilter();
        filter.AdditionalInitialize(properties);
        var known = manifests.Current.Silos;
        return
        [
            .. Others.Where(silo => known.TryGetValue(silo, out var manifest)
                && manifest.Grains.ContainsKey(type)
                && (filter.Role.Length == 0 || ServiceRole.IsAmong(filter.Role, metadata.GetSiloMetadata(silo).Metadata.GetValueOrDefault(ServiceRole.MetadataKey)))),
        ];
    }
}
