using System.Collections.Concurrent;
using GameCluster.Services;
using Microsoft.Extensions.Logging;

namespace GameCluster.Push;

/// <summary>This silo's outboxes, one per gateway it has something for.</summary>
internal sealed class GatewayOutboxes : ILaneCompletions
{
    private readonly ConcurrentDictionary<SiloAddress, GatewayOutbox> _outboxes = new();
    private readonly Func<SiloAddress, GatewayOutbox> _create;
    private readonly SiloAddress _self;
    private readonly ILocalLanes? _localLanes;

    /// <param name="localLanes">None, unless this process is a gateway too.</param>
    public GatewayOutboxes(GatewayNodeClient gateways, OwedReplies owed, ILocalSiloDetails self, ILogger<GatewayOutbox> logger, ILocalLanes? localLanes = null)
    {
        _self = self.SiloAddress;
        _localLanes = localLanes;
        _create = gateway => new GatewayOutbox(gateways.At(gateway), owed, logger, () => _outboxes.TryRemove(gateway, out _));
    }

    public void Complete(SiloAddress gateway, LaneCompletion completion)
    {
        if (_localLanes is { } lanes && gateway.Equals(_self))
        {
            lanes.CompleteInTurn(completion);
        }
        else
        {
            For(gateway).Complete(completion);
        }
    }

    /// <summary>The outbox for a gateway, made on first use; it goes when a call to its gateway fails.</summary>
    public GatewayOutbox For(SiloAddress gateway) => _outboxes.GetOrAdd(gateway, _create);
}
