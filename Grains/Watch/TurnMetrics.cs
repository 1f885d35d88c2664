using System.Diagnostics.Metrics;

namespace GameCluster.Watch;

/// <summary>The watch's instruments.</summary>
internal sealed class TurnMetrics
{
    private const string MeterName = "GameCluster.Watch";

    private readonly Counter<long> _long;
    private readonly Counter<long> _quarantined;

    public TurnMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        meter.CreateObservableGauge("gamecluster.turns.held", () => Held, "{thread}", "Threads that one handler, step or hook has held for long");
        _long = meter.CreateCounter<long>("gamecluster.turns.long", "{turn}", "Handlers, steps and hooks that took long, by service");
        _quarantined = meter.CreateCounter<long>("gamecluster.quarantined", "{grain}", "Grains that this silo has put in quarantine, by service");
    }

    /// <summary>Threads that are held.</summary>
    public int Held { get; set; }

    public void OnLong(string service) => _long.Add(1, new KeyValuePair<string, object?>("service", service));

    public void OnQuarantined(string service) => _quarantined.Add(1, new KeyValuePair<string, object?>("service", service));
}
