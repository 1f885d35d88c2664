namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>One of several runs of a scenario.</summary>
internal sealed record RunResult
{
    public required int Seed { get; init; }

    public required bool Passed { get; init; }

    public double LongestPauseMs { get; init; }

    /// <summary>In this run.</summary>
    public IReadOnlyList<FaultPauses> Pauses { get; init; } = [];

    /// <summary>How many times as long answers took during faults; null where there were too few to say.</summary>
    public double? LatencyRatio { get; init; }

    /// <summary>What was lost, doubled or reordered.</summary>
    public long Broken { get; init; }

    /// <summary>Processes that ended of themselves, as those do that the others take for dead.</summary>
    public int Evictions { get; init; }

    /// <summary>What was not as the scenario expects; why the run could not be carried out.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    public static RunResult Of(ChaosReport report) => new()
    {
        Seed = report.Seed,
        Passed = report.Passed,
        LongestPauseMs = report.LongestPauseMs,
        Pauses = report.PausesByFault,
        LatencyRatio = report.AnswerTimes.Ratio,
        Broken = report.Broken,
        Evictions = report.Exits.Count,
        Failures = [.. report.Failures],
    };

    /// <summary>A run that has no report.</summary>
    public static RunResult NotCarriedOut(int seed, string reason) => new() { Seed = seed, Passed = false, Failures = [$"not carried out: {reason}"] };
}
