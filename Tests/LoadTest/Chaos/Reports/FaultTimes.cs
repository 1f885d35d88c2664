using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>The faults of a history.</summary>
internal static class FaultTimes
{
    /// <summary>Each with its begin, and the time of its end: that of the history where it has none.</summary>
    public static IReadOnlyList<(HistoryEvent Begin, long Until)> In(IReadOnlyList<HistoryEvent> history)
    {
        var faults = history.Where(static happened => happened.Type == EventType.Fault).ToList();
        var ends = faults.Where(static fault => fault.Op == EventOp.End).ToDictionary(static fault => fault.Id ?? 0, static fault => fault.T);
        return [.. faults.Where(static fault => fault.Op == EventOp.Begin).Select(fault => (fault, ends.GetValueOrDefault(fault.Id ?? 0, history[^1].T)))];
    }
}
