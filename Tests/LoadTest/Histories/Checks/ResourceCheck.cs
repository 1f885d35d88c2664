using System.Globalization;

namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>Memory and handles of the server's processes stay below limits and do not grow. Without limits it only reports.</summary>
internal static class ResourceCheck
{
    /// <summary>The key of samples of resident memory, in bytes.</summary>
    public const string Resident = "rss";

    /// <summary>The key of samples of open handles.</summary>
    public const string Handles = "handles";

    private const double MicrosecondsPerHour = 3_600_000_000;
    private const int FewestSamples = 10;

    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("resources", "memory and handles of the server stay within limits", limits);
        var series = history.Where(static happened => happened is { Type: EventType.Sample, Key: not null }).GroupBy(static sample => (sample.Client, sample.Key));
        foreach (var samples in series)
        {
            CheckSeries(findings, samples.Key.Client, samples.Key.Key!, [.. samples.Select(Read)], limits);
        }

        return findings.Result();
    }

    private static (HistoryEvent Event, double Value) Read(HistoryEvent sample) => (sample, double.Parse(sample.Value!, CultureInfo.InvariantCulture));

    private static void CheckSeries(Findings findings, string process, string key, List<(HistoryEvent Event, double Value)> samples, CheckLimits limits)
    {
        findings.Examined += samples.Count;
        var highest = samples.MaxBy(static sample => sample.Value);
        findings.Figure($"{process}.{key}.max", highest.Value);
        if (key == Resident && highest.Value > limits.MaxResidentBytes)
        {
            findings.Add(highest.Event, $"{process} held {highest.Value / 1024:n0} KiB, above {limits.MaxResidentBytes / 1024:n0} KiB");
        }

        // The first half is warm-up: caches fill and code is compiled.
        var late = samples[(samples.Count / 2)..];
        if (late.Count < FewestSamples)
        {
            return;
        }

        var slope = Slope(late);
        findings.Figure($"{process}.{key}.slopePerHour", slope);
        if (slope > (key == Resident ? limits.MaxResidentSlope : limits.MaxHandleSlope))
        {
            findings.Add(late[^1].Event, $"{key} of {process} grow by {slope:n0} per hour");
        }
    }

    /// <summary>Growth per hour, by least squares.</summary>
    private static double Slope(List<(HistoryEvent Event, double Value)> samples)
    {
        var meanTime = samples.Average(static sample => (double)sample.Event.T);
        var mean = samples.Average(static sample => sample.Value);
        var above = samples.Sum(sample => (sample.Event.T - meanTime) * (sample.Value - mean));
        var below = samples.Sum(sample => (sample.Event.T - meanTime) * (sample.Event.T - meanTime));
        return below == 0 ? 0 : above / below * MicrosecondsPerHour;
    }
}
