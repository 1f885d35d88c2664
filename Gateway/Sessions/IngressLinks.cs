using System.Collections.Concurrent;
using GameCluster.Services;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// The gateway's links to other silos' ingresses, and the calls that went that way and are not answered yet. The answer comes as a call of its own, so each
/// of them ends in one of four ways: answered, not delivered, its silo gone, or too late.
/// </summary>
internal sealed partial class IngressLinks(
    IngressClient ingresses,
    ILocalSiloDetails local,
    ISiloStatusOracle membership,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<IngressLinks> logger)
{
    private readonly ConcurrentDictionary<SiloAddress, BatchLink<IngressCall>> _links = new();
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private long _ticket;

    /// <summary>Calls that are not answered yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>Whether a silo takes calls that way: one that is stopping settles what it has and gets no more.</summary>
    public bool IsOpen(SiloAddress silo) => membership.GetApproximateSiloStatus(silo) == SiloStatus.Active;

    public void Send(SiloAddress silo, Lane lane, LaneCall call)
    {
        var ticket = Interlocked.Increment(ref _ticket);
        _pending[ticket] = new PendingCall(lane, call, silo, time.GetTimestamp());
        var link = _links.GetOrAdd(silo, static (address, self) => new BatchLink<IngressCall>(batch => self.DeliverAsync(address, batch)), this);
        link.Add(new IngressCall(ticket, lane.Target, call));
    }

    /// <summary>A call has ended; one that ended before in another way is ignored.</summary>
    public void Complete(LaneCompletion completion)
    {
        if (!_pending.TryRemove(completion.Ticket, out var pending))
        {
            return;
        }

        if (completion.Reply is { } reply)
        {
            pending.Lane.Session.Complete(pending.Lane, pending.Call, reply);
        }
        else
        {
            pending.Lane.Session.Fail(pending.Lane, pending.Call, completion.Failure);
        }
    }

    /// <summary>A silo has left the cluster: whatever was sent to it is of unknown outcome.</summary>
    public void OnSiloGone(SiloAddress silo)
    {
        _links.TryRemove(silo, out _);
        GiveUp(pending => pending.Silo.Equals(silo));
    }

    /// <summary>Gives up calls that are too old.</summary>
    public void GiveUpLate() => GiveUp(pending => time.GetElapsedTime(pending.AddedAt) > options.Value.RequestTimeout);

    private async Task DeliverAsync(SiloAddress silo, IngressCall[] calls)
    {
        var batch = Array.FindAll(calls, call => _pending.TryGetValue(call.Ticket, out var pending) && pending.TrySend());
        if (batch.Length == 0)
        {
            return;
        }

        if (!IsOpen(silo))
        {
            FailAll(batch, DeliveryFailure.NotDelivered);
            return;
        }

        try
        {
            await ingresses.At(silo).DeliverAsync(new IngressBatch(local.SiloAddress, batch)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotDelivered(logger, batch.Length, silo, exception.Message);
            FailAll(batch, CallFailure.Classify(exception));
        }
    }

    private void FailAll(IngressCall[] batch, DeliveryFailure failure)
    {
        foreach (var call in batch)
        {
            Complete(new LaneCompletion(call.Ticket, null, failure));
        }
    }

    private void GiveUp(Func<PendingCall, bool> which)
    {
        foreach (var (ticket, pending) in _pending)
        {
            if (which(pending))
            {
                Complete(new LaneCompletion(ticket, null, pending.TryCancel() ? DeliveryFailure.NotDelivered : DeliveryFailure.Unknown));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} calls did not reach silo {Silo}: {Reason}")]
    private static partial void LogNotDelivered(ILogger logger, int count, SiloAddress silo, string reason);

    private sealed class PendingCall(Lane lane, LaneCall call, SiloAddress silo, long addedAt)
    {
        private int _leftQueue;

        public Lane Lane { get; } = lane;

        public LaneCall Call { get; } = call;

        public SiloAddress Silo { get; } = silo;

        public long AddedAt { get; } = addedAt;

        /// <summary>Whether the call may be sent: nobody has given it up.</summary>
        public bool TrySend() => TryLeaveQueue();

        /// <summary>Whether the call was not sent and never will be.</summary>
        public bool TryCancel() => TryLeaveQueue();

        private bool TryLeaveQueue() => Interlocked.Exchange(ref _leftQueue, 1) == 0;
    }
}
