namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>What must hold besides the checks of the history. Null: not asked.</summary>
internal sealed record Expectations
{
    /// <summary>Nobody waits for longer.</summary>
    public TimeSpan? LongestPause { get; init; }

    /// <summary>Answers during faults take at most so many times as long as at other times, by the 99th percentile of each.</summary>
    public double? LatencyRatio { get; init; }

    /// <summary>At most so many players wait for longer than a second.</summary>
    public int? Disturbed { get; init; }

    /// <summary>At most so many sessions are lost.</summary>
    public int? LostSessions { get; init; }

    /// <summary>At most so many requests are answered by an error.</summary>
    public int? Errors { get; init; }

    /// <summary>At most so many processes end of themselves.</summary>
    public int? Exits { get; init; } = 0;

    /// <summary>Checks that report and do not judge, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Tolerate { get; init; } = new Dictionary<string, string>();
}
