using System.Diagnostics.Metrics;

namespace GameCluster.Rooms;

/// <summary>The rooms' instruments.</summary>
internal sealed class RoomMetrics
{
    private const string MeterName = "GameCluster.Rooms";

    private static readonly InstrumentAdvice<double> DurationBounds =
        new() { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] };

    private readonly Histogram<double> _tickDuration;
    private readonly Counter<long> _overruns;
    private readonly Counter<long> _skipped;

    public RoomMetrics(IMeterFactory factory, RoomTable rooms, IByteBudget budget)
    {
        var meter = factory.Create(MeterName);
        meter.CreateObservableGauge("gamecluster.rooms", () => rooms.Count, "{room}", "Open rooms of this silo");
        meter.CreateObservableGauge("gamecluster.room.window", () => budget.Taken, "By", "What streams keep for members that miss something");
        _tickDuration = meter.CreateHistogram<double>("gamecluster.room.tick.duration", "s", "Time of one step of a room, by service", null, DurationBounds);
        _overruns = meter.CreateCounter<long>("gamecluster.room.tick.overruns", "{tick}", "Steps that took longer than they stand for, by service");
        _skipped = meter.CreateCounter<long>("gamecluster.room.tick.skipped", "{tick}", "Steps given up because a room was too far behind, by service");
    }

    public void OnTick(string service, TimeSpan duration, TimeSpan step)
    {
        var tag = new KeyValuePair<string, object?>("service", service);
        _tickDuration.Record(duration.TotalSeconds, tag);
        if (duration > step)
        {
            _overruns.Add(1, tag);
        }
    }

    public void OnTicksSkipped(string service, long count) => _skipped.Add(count, new KeyValuePair<string, object?>("service", service));
}
