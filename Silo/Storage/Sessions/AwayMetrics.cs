using System.Diagnostics.Metrics;

namespace GameCluster.Silo.Storage.Sessions;

/// <summary>The instruments of what is stored of sessions whose client is away.</summary>
internal sealed class AwayMetrics
{
    private const string MeterName = "GameCluster.Away";

    private static readonly InstrumentAdvice<int> PortionBounds = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };

    private readonly Meter _meter;
    private readonly Histogram<int> _portion;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _taken;

    public AwayMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _portion = _meter.CreateHistogram("gamecluster.away.portion", "{session}", "Sessions that were stored or deleted together", null, PortionBounds);
        _dropped = _meter.CreateCounter<long>("gamecluster.away.dropped", "{session}", "Images of sessions that were not stored, as too much waited for the database");
        _taken = _meter.CreateCounter<long>("gamecluster.away.taken", "{session}", "Stored sessions that were taken over from another silo");
    }

    /// <summary>Sets where the number of sessions that wait is read from.</summary>
    public void Observe(Func<int> waiting) =>
        _meter.CreateObservableGauge("gamecluster.away.waiting", waiting, "{session}", "Sessions that wait to be stored or deleted");

    public void OnPortion(int sessions) => _portion.Record(sessions);

    public void OnDropped() => _dropped.Add(1);

    public void OnTaken() => _taken.Add(1);
}
