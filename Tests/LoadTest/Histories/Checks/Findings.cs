namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>Gathers what one check finds.</summary>
internal sealed class Findings(string name, string promise, CheckLimits limits)
{
    private readonly List<(HistoryEvent At, string What)> _violations = [];
    private readonly SortedDictionary<string, double> _figures = new(StringComparer.Ordinal);

    public long Examined { get; set; }

    public void Add(HistoryEvent at, string what) => _violations.Add((at, what));

    /// <summary>Counts one more under a name.</summary>
    public void Count(string figure) => _figures[figure] = _figures.GetValueOrDefault(figure) + 1;

    public void Figure(string figure, double value) => _figures[figure] = Math.Round(value, 3);

    /// <summary>Percentiles of times in microseconds, as milliseconds.</summary>
    public void Percentiles(string figure, List<long> microseconds)
    {
        if (microseconds.Count == 0)
        {
            return;
        }

        microseconds.Sort();
        Figure($"{figure}.count", microseconds.Count);
        Figure($"{figure}.p50Ms", At(0.50));
        Figure($"{figure}.p95Ms", At(0.95));
        Figure($"{figure}.p99Ms", At(0.99));
        Figure($"{figure}.maxMs", At(1));

        double At(double share) => microseconds[Math.Max(0, (int)Math.Ceiling(share * microseconds.Count) - 1)] / 1000.0;
    }

    public CheckResult Result() => new(
        name,
        promise,
        Examined,
        _violations.Count,
        [.. _violations.OrderBy(static found => found.At.T).ThenBy(static found => found.At.Line).Take(limits.Quoted).Select(static found => Quote(found.At, found.What))],
        _figures);

    private static Violation Quote(HistoryEvent at, string what) => new(at.File is null ? $"{at.Line}" : $"{at.File}:{at.Line}", at.Client, what);
}
