using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>Several runs of one scenario, each with a seed of its own, side by side.</summary>
/// <param name="Pauses">How long players waited because of each sort of fault, over all runs.</param>
internal sealed record RunsSummary(string Scenario, Machine Machine, IReadOnlyList<RunResult> Runs, IReadOnlyList<FaultPauses> Pauses)
{
    public string Command { get; } = "chaos";

    public bool Passed => Runs.All(static run => run.Passed);

    /// <summary>The seed of the one that failed, if any, and of those of the one with the longest pause.</summary>
    public int WorstSeed => Runs.OrderBy(static run => run.Passed).ThenByDescending(static run => run.LongestPauseMs).First().Seed;

    /// <param name="faults">Those of all runs.</param>
    public static RunsSummary Of(string scenario, IReadOnlyList<RunResult> runs, IEnumerable<FaultSpan> faults) => new(scenario, Machine.Current, [.. runs], FaultPauses.Of(faults));

    /// <summary>The tables, as Markdown.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"# {Scenario}: {Runs.Count(static run => run.Passed)} of {Runs.Count} runs passed");
        Line($"");
        Line($"{Machine.Cores} cores, {Machine.System}, {Machine.Runtime}, {Machine.At:yyyy-MM-dd HH:mm} UTC. The worst: seed {WorstSeed}.");
        Line($"");
        Line($"| seed | verdict | longest pause | {string.Concat(Pauses.Select(static sort => $"{sort.Sort}: p50 | "))}p99 during faults | lost, doubled, reordered | evictions | what failed |");
        Line($"|---|---|---|{string.Concat(Pauses.Select(static _ => "---|"))}---|---|---|---|");
        foreach (var run in Runs)
        {
            Line($"| {run.Seed} | {(run.Passed ? "passed" : "FAILED")} | {Seconds(run.LongestPauseMs)} | {string.Concat(Pauses.Select(sort => $"{P50Of(run, sort.Sort)} | "))}{run.LatencyRatio:0.00'x'} | {run.Broken} | {run.Evictions} | {string.Join("; ", run.Failures).ReplaceLineEndings(" ").Replace('|', '/')} |");
        }

        Line($"");
        Line($"| fault, over all runs | times | players affected | p50 of their pauses | worst |");
        Line($"|---|---|---|---|---|");
        foreach (var sort in Pauses)
        {
            Line($"| {sort.Sort} | {sort.Faults} | {sort.Affected} | {Seconds(sort.P50Ms)} | {Seconds(sort.WorstMs)} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static string P50Of(RunResult run, string sort) => run.Pauses.FirstOrDefault(pauses => pauses.Sort == sort) is { } pauses ? Seconds(pauses.P50Ms) : "";

    private static string Seconds(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.00} s");
}
