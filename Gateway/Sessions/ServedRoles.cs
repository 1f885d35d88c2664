using System.Collections.Frozen;
using GameCluster.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// The roles that members carry at the moment. A call to a service without any silo would search the cluster in vain; with thousands of clients that send, and are tried again, that search would
/// keep the machine busy. So the answer is looked up, and is at most <see cref="MaxAge"/> old.
/// </summary>
internal sealed class ServedRoles(IClusterMembershipService membership, ISiloMetadataCache metadata, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(50);

    private Known? _known;

    /// <summary>Whether a member that takes part has the role.</summary>
    public bool Contains(string role)
    {
        var known = Volatile.Read(ref _known);
        if (known is null || time.GetElapsedTime(known.At) > MaxAge)
        {
            Volatile.Write(ref _known, known = new Known(Read(), time.GetTimestamp()));
        }

        return known.Roles.Contains(role);
    }

    private FrozenSet<string> Read() => membership.CurrentSnapshot.Members.Values
        .Where(static member => member.Status == SiloStatus.Active)
        .SelectMany(member => metadata.GetSiloMetadata(member.SiloAddress).Metadata.GetValueOrDefault(ServiceRole.MetadataKey)?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        .ToFrozenSet(StringComparer.Ordinal);

    private sealed record Known(FrozenSet<string> Roles, long At);
}
