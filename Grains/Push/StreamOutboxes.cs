using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GameCluster.Push;

/// <summary>This silo's outboxes for streams, one per gateway it has something for.</summary>
internal sealed class StreamOutboxes
{
    /// <summary>A gateway may be heard of before the membership says that it is there.</summary>
    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FlushPoll = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<SiloAddress, StreamOutbox> _outboxes = new();
    private readonly ConcurrentDictionary<SiloAddress, long> _unknownSince = new();
    private readonly Func<SiloAddress, StreamOutbox> _create;
    private readonly IClusterMembershipService _membership;
    private readonly TimeProvider _time;

    public StreamOutboxes(GatewayNodeClient gateways, IClusterMembershipService membership, TimeProvider time, ILogger<StreamOutbox> logger)
    {
        (_membership, _time) = (membership, time);
        _create = gateway => new StreamOutbox(gateway, gateways.At(gateway), IsGone, time, logger, () => Remove(gateway));
    }

    /// <summary>The outbox for a gateway, made on first use; it goes when its gateway is gone.</summary>
    public StreamOutbox For(SiloAddress gateway) => _outboxes.GetOrAdd(gateway, _create);

    /// <summary>
    /// Ends when gateways have what was added until now, or when the time is up: for a stream that goes on at another silo, so that nothing of it is overtaken by what comes from there.
    /// </summary>
    public async Task FlushAsync(TimeSpan limit)
    {
        var startedAt = _time.GetTimestamp();
        foreach (var (outbox, added) in _outboxes.Values.Select(static outbox => (outbox, outbox.Added)).ToArray())
        {
            while (outbox.Sent < added && _time.GetElapsedTime(startedAt) < limit)
            {
                await Task.Delay(FlushPoll, _time);
            }
        }
    }

    private bool IsGone(SiloAddress gateway)
    {
        if (_membership.CurrentSnapshot.Members.TryGetValue(gateway, out var member))
        {
            _unknownSince.TryRemove(gateway, out _);
            return member.Status == SiloStatus.Dead;
        }

        return _time.GetElapsedTime(_unknownSince.GetOrAdd(gateway, _time.GetTimestamp())) > UnknownFor;
    }

    private void Remove(SiloAddress gateway)
    {
        _outboxes.TryRemove(gateway, out _);
        _unknownSince.TryRemove(gateway, out _);
    }
}
