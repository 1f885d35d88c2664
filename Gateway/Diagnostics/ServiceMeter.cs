using System.Diagnostics.Metrics;

namespace GameCluster.Gateway.Diagnostics;

/// <summary>What is counted of one service, cheap enough for every call.</summary>
internal sealed class ServiceMeter(string service, Histogram<double> duration)
{
    private readonly KeyValuePair<string, object?> _tag = new("service", service);
    private readonly StripedCounter _requests = new();

    /// <summary>Messages handled so far.</summary>
    public Measurement<long> Requests => new(_requests.Sum, _tag);

    public void OnRequestsHandled(int count) => _requests.Add(count);

    public void OnCallSampled(TimeSpan elapsed) => duration.Record(elapsed.TotalSeconds, _tag);
}
