using System.Runtime.CompilerServices;

namespace GameCluster.Placement;

/// <summary>Follows who comes and goes.</summary>
public static class MembershipExtensions
{
    /// <summary>The members whenever they have changed, and who has left since the time before; the first time everybody of whom that is still known.</summary>
    public static async IAsyncEnumerable<(ClusterMembershipSnapshot Members, IReadOnlyList<SiloAddress> Left)> FollowAsync(
        this IClusterMembershipService membership, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = new HashSet<SiloAddress>();
        await foreach (var members in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            yield return (members, [.. members.Members.Values.Where(static member => member.Status == SiloStatus.Dead).Select(static member => member.SiloAddress).Where(known.Add)]);
            known.RemoveWhere(silo => !members.Members.ContainsKey(silo));
        }
    }
}
