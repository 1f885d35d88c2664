using System.Globalization;

namespace GameCluster.LoadTest.Measuring;

/// <summary>Percentiles of a latency histogram, in milliseconds.</summary>
internal sealed record LatencySummary(long Count, double Mean, double P50, double P90, double P99, double P99_9, double Max)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"mean {Mean:0.###}, p50 {P50:0.###}, p90 {P90:0.###}, p99 {P99:0.###}, p99.9 {P99_9:0.###}, max {Max:0.###} ms ({Count:n0} values)");
}
