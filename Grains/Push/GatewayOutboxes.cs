using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GameCluster.Push;

/// <summary>This silo's outboxes, one per gateway it has something for.</summary>
internal sealed class GatewayOutboxes
{
    private readonly ConcurrentDictionary<SiloAddress, GatewayOutbox> _outboxes = new();
    private readonly Func<SiloAddress, GatewayOutbox> _create;

    public GatewayOutboxes(GatewayNodeClient gateways, OwedReplies owed, ILogger<GatewayOutbox> logger)
    {
        _create = gateway => new GatewayOutbox(gateways.At(gateway), owed, logger, () => _outboxes.TryRemove(gateway, out _));
    }

    /// <summary>The outbox for a gateway, made on first use; it goes when a call to its gateway fails.</summary>
    public GatewayOutbox For(SiloAddress gateway) => _outboxes.GetOrAdd(gateway, _create);
}
