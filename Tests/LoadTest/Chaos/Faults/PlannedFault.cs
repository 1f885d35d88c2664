using GameCluster.LoadTest.Chaos.Scenarios;

namespace GameCluster.LoadTest.Chaos.Faults;

/// <summary>One time of a fault, with its victims.</summary>
/// <param name="At">From when the players are all in their rooms.</param>
/// <param name="Groups">Names: the members of a group are befallen at once, the groups one after another. Empty where no process is befallen.</param>
/// <param name="From">In a partition, the other side.</param>
internal sealed record PlannedFault(FaultSpec Spec, TimeSpan At, IReadOnlyList<IReadOnlyList<string>> Groups, IReadOnlyList<string> From)
{
    private const int SeedsPerFault = 7919;

    /// <summary>What a scenario does, in the order of time; the same seed draws the same victims.</summary>
    public static IReadOnlyList<IReadOnlyList<PlannedFault>> Of(Scenario scenario, int seed) =>
        [.. scenario.Faults.Select((fault, index) => Enumerable.Range(0, fault.Times).Select(time => Plan(fault, time, scenario.Cluster, seed + (index * SeedsPerFault))).ToList())];

    private static PlannedFault Plan(FaultSpec fault, int time, ClusterSpec cluster, int seed)
    {
        var at = fault.At + (time * fault.Every);
        if (fault.Do is FaultKind.Send or FaultKind.Admin)
        {
            return new PlannedFault(fault, at, [], []);
        }

        var groups = Targets.Resolve(fault.Target, cluster, seed, time);
        return fault.Do != FaultKind.Partition
            ? new PlannedFault(fault, at, groups, [])
            : new PlannedFault(fault, at, groups, fault.From == Targets.Others
                ? Targets.AllBut(groups.SelectMany(static group => group), cluster)
                : [.. Targets.Resolve(fault.From, cluster, seed, time).SelectMany(static group => group).Except(groups.SelectMany(static group => group))]);
    }
}
