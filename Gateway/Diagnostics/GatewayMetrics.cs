using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using GameCluster.Gateway.Protocol;
using GameCluster.Push;
using GameCluster.Services;

namespace GameCluster.Gateway.Diagnostics;

/// <summary>The gateway's instruments. Tags are services, codes and reasons: never a player or a session.</summary>
internal sealed class GatewayMetrics
{
    public const string MeterName = "GameCluster.Gateway";

    private static readonly InstrumentAdvice<double> DurationBounds =
        new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private readonly UpDownCounter<int> _connections;
    private readonly Counter<long> _closed;
    private readonly StripedCounter _framesIn = new();
    private readonly StripedCounter _framesOut = new();
    private readonly StripedCounter _bytesIn = new();
    private readonly StripedCounter _bytesOut = new();
    private readonly Counter<long> _sentAway;
    private readonly Counter<long> _refused;
    private readonly ConcurrentDictionary<string, ServiceMeter> _services = new();
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _pushes;
    private readonly Meter _meter;

    public GatewayMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _connections = _meter.CreateUpDownCounter<int>("gamecluster.connections", "{connection}", "Open client connections");
        _closed = _meter.CreateCounter<long>("gamecluster.connections.closed", "{connection}", "Connections that ended, by close code");
        _sentAway = _meter.CreateCounter<long>("gamecluster.handshakes.refused", "{connection}", "Clients that were told to come back later");
        _meter.CreateObservableCounter("gamecluster.frames.in", () => _framesIn.Sum, "{frame}", "Complete frames from clients");
        _meter.CreateObservableCounter("gamecluster.frames.out", () => _framesOut.Sum, "{frame}", "Frames handed to sockets");
        _meter.CreateObservableCounter("gamecluster.bytes.in", () => _bytesIn.Sum, "By", "Bytes of frames from clients");
        _meter.CreateObservableCounter("gamecluster.bytes.out", () => _bytesOut.Sum, "By", "Bytes of frames to clients");
        _refused = _meter.CreateCounter<long>("gamecluster.frames.refused", "{frame}", "Frames answered with an error by the gateway, by code");
        _meter.CreateObservableCounter("gamecluster.requests", () => _services.Values.Select(static service => service.Requests), "{request}", "Messages handled, by service");
        _failed = _meter.CreateCounter<long>("gamecluster.requests.failed", "{request}", "Messages without a reply, by service and reason");
        _duration = _meter.CreateHistogram<double>("gamecluster.call.duration", "s", "Time of one lane's call, retries included, by service; the first and every 16th call of a lane", null, DurationBounds);
        _pushes = _meter.CreateCounter<long>("gamecluster.pushes", "{push}", "Pushes that reached this gateway, by result");
    }

    public void OnConnectionOpened() => _connections.Add(1);

    public void OnConnectionClosed(CloseCode code)
    {
        _connections.Add(-1);
        _closed.Add(1, new KeyValuePair<string, object?>("code", (int)code));
    }

    public void OnSentAway() => _sentAway.Add(1);

    public void OnReceived(int frames, int bytes)
    {
        _framesIn.Add(frames);
        _bytesIn.Add(bytes);
    }

    public void OnSent(int frames, int bytes)
    {
        _framesOut.Add(frames);
        _bytesOut.Add(bytes);
    }

    public void OnFrameRefused(int code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <summary>The meter of a service. The services are those of the route tables, so there are not many.</summary>
    public ServiceMeter Of(string service) => _services.GetOrAdd(service, static (name, self) => new ServiceMeter(name, self._duration), this);

    public void OnRequestsFailed(string service, int count, DeliveryFailure failure) => _failed.Add(
        count,
        new KeyValuePair<string, object?>("service", service),
        new KeyValuePair<string, object?>("reason", failure == DeliveryFailure.NotDelivered ? "not_delivered" : "unknown_outcome"));

    public void OnPush(PushResult result) => _pushes.Add(1, new KeyValuePair<string, object?>("result", result switch
    {
        PushResult.Queued => "queued",
        PushResult.NoSession => "no_session",
        PushResult.SlowConsumer => "slow_consumer",
        _ => "unknown",
    }));

    /// <summary>Adds a gauge that is read when metrics are collected.</summary>
    public void Observe(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);
}
