using System.Collections.Frozen;

namespace GameCluster.Placement;

/// <summary>The members that are about to stop, as this process has been told. Safe from any thread.</summary>
public sealed class DrainMarks(IClusterMembershipService membership)
{
    private readonly Lock _gate = new();
    private FrozenSet<SiloAddress> _marked = [];

    /// <summary>Whether a member is about to stop.</summary>
    public bool Contains(SiloAddress silo) => Volatile.Read(ref _marked).Contains(silo);

    /// <summary>A member is about to stop; those that have left are forgotten with that.</summary>
    public void Add(SiloAddress silo)
    {
        lock (_gate)
        {
            var members = membership.CurrentSnapshot.Members;
            Volatile.Write(
                ref _marked,
                _marked.Where(known => members.TryGetValue(known, out var member) && member.Status != SiloStatus.Dead).Append(silo).ToFrozenSet());
        }
    }

    /// <summary>Those of the silos that stay, or all of them if none does: a silo that is about to stop is better than none.</summary>
    internal SiloAddress[] PreferStaying(SiloAddress[] silos)
    {
        var staying = Array.FindAll(silos, silo => !Contains(silo));
        return staying.Length > 0 ? staying : silos;
    }
}
