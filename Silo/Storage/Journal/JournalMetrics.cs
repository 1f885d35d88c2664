using System.Diagnostics.Metrics;
using GameCluster.Rooms.Journal;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>The journal's instruments.</summary>
internal sealed class JournalMetrics
{
    private const string MeterName = "GameCluster.Journal";

    private static readonly InstrumentAdvice<double> DurationBounds =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5] };

    private static readonly InstrumentAdvice<int> BatchBounds = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] };

    private static readonly KeyValuePair<string, object?>[] Outcomes =
        [.. Enum.GetNames<AppendOutcome>().Select(static name => KeyValuePair.Create<string, object?>("outcome", name.ToLowerInvariant()))];

    private readonly Meter _meter;
    private readonly Counter<long> _appends;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batch;
    private readonly Counter<long> _removed;

    public JournalMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _appends = _meter.CreateCounter<long>("gamecluster.journal.appends", "{entry}", "Entries that durable rooms gave to the journal, by outcome");
        _duration = _meter.CreateHistogram<double>("gamecluster.journal.append.duration", "s", "Time until an entry's outcome is known", null, DurationBounds);
        _batch = _meter.CreateHistogram<int>("gamecluster.journal.batch", "{entry}", "Entries written together", null, BatchBounds);
        _removed = _meter.CreateCounter<long>("gamecluster.journal.removed", "{entry}", "Entries of recordings that were removed, as their time was up");
    }

    /// <summary>Sets where the number of entries that wait is read from.</summary>
    public void Observe(Func<int> waiting) =>
        _meter.CreateObservableGauge("gamecluster.journal.waiting", waiting, "{entry}", "Entries that wait for the journal");

    public void OnAppended(AppendOutcome outcome, TimeSpan duration)
    {
        _appends.Add(1, Outcomes[(int)outcome]);
        _duration.Record(duration.TotalSeconds);
    }

    public void OnBatch(int entries) => _batch.Record(entries);

    public void OnRemoved(long entries) => _removed.Add(entries);
}
