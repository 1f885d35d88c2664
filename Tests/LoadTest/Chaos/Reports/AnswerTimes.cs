using System.Globalization;
using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>How fast requests were answered while a fault lasted, and how fast at other times: what one room's harm costs the others.</summary>
/// <param name="DuringFaults">Answers to requests that were under way while a fault lasted.</param>
/// <param name="DuringP99Ms">99 of 100 of those came within it.</param>
/// <param name="Otherwise">All others since the players have played for a few seconds.</param>
/// <param name="OtherwiseP99Ms">99 of 100 of those came within it.</param>
internal sealed record AnswerTimes(int DuringFaults, double DuringP99Ms, int Otherwise, double OtherwiseP99Ms)
{
    /// <summary>Of fewer answers nothing is said about one in a hundred.</summary>
    private const int Fewest = 300;

    private const double Share = 0.99;

    /// <summary>The first seconds of play are those of code that runs for the first time.</summary>
    private const long WarmUp = 5_000_000;

    /// <summary>How many times as long answers took while a fault lasted; null where there are too few to say.</summary>
    public double? Ratio => DuringFaults < Fewest || Otherwise < Fewest || OtherwiseP99Ms <= 0 ? null : DuringP99Ms / OtherwiseP99Ms;

    public static AnswerTimes Of(IReadOnlyList<HistoryEvent> history)
    {
        var begin = history.FirstOrDefault(static happened => happened is { Type: EventType.Invoke, Op: EventOp.Publish })?.T + WarmUp ?? long.MaxValue;
        var faults = FaultTimes.In(history);
        var asked = new Dictionary<(string? Session, long? Id), long>();
        var (during, otherwise) = (new List<long>(), new List<long>());
        foreach (var happened in history)
        {
            if (happened.Type == EventType.Invoke)
            {
                asked[(happened.Session, happened.Id)] = happened.T;
            }
            else if (happened.Type is EventType.Ok or EventType.Fail or EventType.Info && asked.Remove((happened.Session, happened.Id), out var from) && from >= begin)
            {
                (faults.Any(fault => from <= fault.Until && happened.T >= fault.Begin.T) ? during : otherwise).Add(happened.T - from);
            }
        }

        return new AnswerTimes(during.Count, P99(during), otherwise.Count, P99(otherwise));
    }

    public override string ToString() => Ratio is { } ratio
        ? string.Create(CultureInfo.InvariantCulture, $"{DuringP99Ms:0.0} ms of {DuringFaults:n0} answers during faults, {OtherwiseP99Ms:0.0} ms of {Otherwise:n0} others: {ratio:0.00} times")
        : string.Create(CultureInfo.InvariantCulture, $"too few answers to say: {DuringFaults} during faults, {Otherwise} others, of each {Fewest} are needed");

    private static double P99(List<long> microseconds)
    {
        microseconds.Sort();
        return microseconds.Count == 0 ? 0 : microseconds[(int)Math.Ceiling(Share * microseconds.Count) - 1] / 1000.0;
    }
}
