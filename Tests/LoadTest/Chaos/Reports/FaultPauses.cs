namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>What players noticed of all faults of one sort.</summary>
/// <param name="Sort">Such as <c>kill silo</c>.</param>
/// <param name="Faults">How many there were.</param>
/// <param name="Affected">Players that noticed one, once for each that they noticed.</param>
/// <param name="P50Ms">How long those waited: the middle one.</param>
/// <param name="WorstMs">The longest.</param>
internal sealed record FaultPauses(string Sort, int Faults, int Affected, double P50Ms, double WorstMs)
{
    /// <summary>In the order in which the sorts first came.</summary>
    public static IReadOnlyList<FaultPauses> Of(IEnumerable<FaultSpan> faults) => [.. faults.GroupBy(static fault => fault.Sort).Select(static sort => Of(sort.Key, [.. sort]))];

    private static FaultPauses Of(string sort, List<FaultSpan> faults)
    {
        var waits = faults.SelectMany(static fault => fault.Noticed.AffectedMs).Order().ToList();
        return waits.Count == 0 ? new FaultPauses(sort, faults.Count, 0, 0, 0) : new FaultPauses(sort, faults.Count, waits.Count, waits[(waits.Count - 1) / 2], waits[^1]);
    }
}
