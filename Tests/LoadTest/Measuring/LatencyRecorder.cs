using System.Diagnostics;
using HdrHistogram;

namespace GameCluster.LoadTest.Measuring;

/// <summary>
/// Latencies of what was due inside the measured window, to three significant digits, in a histogram that several threads may fill.
/// </summary>
internal sealed class LatencyRecorder
{
    private const long LongestMicroseconds = 600_000_000;

    private readonly LongConcurrentHistogram _histogram = new(1, LongestMicroseconds, 3);
    private long _begin = long.MaxValue;
    private long _end = long.MaxValue;

    public void BeginWindow(long timestamp) => Volatile.Write(ref _begin, timestamp);

    public void EndWindow(long timestamp) => Volatile.Write(ref _end, timestamp);

    /// <summary>Records the time from when something was due to when it happened, if it was due inside the window. <see cref="Stopwatch"/> timestamps.</summary>
    public void Record(long due, long happened)
    {
        if (due >= Volatile.Read(ref _begin) && due < Volatile.Read(ref _end))
        {
            Record(Stopwatch.GetElapsedTime(due, happened));
        }
    }

    /// <summary>Records a time whose being inside the window the caller has checked.</summary>
    public void Record(TimeSpan latency) => _histogram.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, LongestMicroseconds));

    /// <summary>Of what has been recorded so far; others may go on.</summary>
    public LatencySummary Summarize()
    {
        var recorded = _histogram.Copy();
        return recorded.TotalCount == 0
            ? new LatencySummary(0, 0, 0, 0, 0, 0, 0)
            : new LatencySummary(recorded.TotalCount, Math.Round(recorded.GetMean() / 1000, 3), At(50), At(90), At(99), At(99.9), recorded.GetMaxValue() / 1000.0);

        double At(double percentile) => recorded.GetValueAtPercentile(percentile) / 1000.0;
    }
}
