using System.Collections.Concurrent;
using System.Collections.Frozen;
using GameCluster.Placement;
using GameCluster.Services;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// The calls to grains whose silo is known, which are not answered yet. Those to other silos travel together through the silos' ingresses. The answer comes
/// on a way of its own, so each call ends in one of four ways: answered, not delivered, its silo gone, or too late.
/// </summary>
internal sealed partial class IngressLinks(
    IngressClient ingresses,
    ILocalSiloDetails local,
    DrainMarks draining,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<IngressLinks> logger) : ILocalLanes
{
    private readonly ConcurrentDictionary<SiloAddress, BatchLink<IngressCall>> _links = new();
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private readonly SiloAddress _self = local.SiloAddress;
    private FrozenSet<SiloAddress> _open = [];
    private long _ticket;

    /// <summary>Calls that are not answered yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>Whether a silo takes calls that way: one that is about to stop settles what it has and gets no more, as its grains are on the move and only a plain call follows them.</summary>
    public bool IsOpen(SiloAddress silo) => _open.Contains(silo) && !draining.Contains(silo);

    public void Send(SiloAddress silo, Lane lane, LaneCall call)
    {
        var ticket = Interlocked.Increment(ref _ticket);
        var pending = new PendingCall(lane, call, silo);
        _pending[ticket] = pending;
        if (silo.Equals(_self))
        {
            pending.TryLeaveQueue();
            _ = lane.Grain.TakeAsync(_self, ticket, call);
            return;
        }

        var link = _links.GetOrAdd(silo, static (address, self) => new BatchLink<IngressCall>(batch => self.DeliverAsync(address, batch), static call => call.Call.Bytes), this);
        link.Add(new IngressCall(ticket, lane.Target, call));
    }

    /// <summary>A call has ended; one that ended before in another way is ignored.</summary>
    public void Complete(LaneCompletion completion)
    {
        if (_pending.TryRemove(completion.Ticket, out var pending))
        {
            Complete(pending, completion);
        }
    }

    /// <inheritdoc />
    public void CompleteInTurn(LaneCompletion completion)
    {
        if (!_pending.TryRemove(completion.Ticket, out var pending))
        {
            return;
        }

        if (completion.Reply is { Effects: null } && pending.Lane.Session.IsLastOf(pending.Lane))
        {
            Complete(pending, completion);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static work => Complete(work.Pending, work.Completion), (Pending: pending, Completion: completion), preferLocal: true);
        }
    }

    /// <summary>Which silos take calls, now that the membership has changed.</summary>
    public void OnMembership(IEnumerable<SiloAddress> open) => _open = open.ToFrozenSet();

    private static void Complete(PendingCall pending, LaneCompletion completion)
    {
        if (completion.Reply is { } reply)
        {
            pending.Lane.Session.Complete(pending.Lane, pending.Call, reply);
        }
        else
        {
            pending.Lane.Session.Fail(pending.Lane, pending.Call, completion.Failure);
        }
    }

    /// <summary>
    /// A silo has left the cluster: whatever was sent to it is of unknown outcome. If it said so before, calls that waited there have moved with their grains, and are answered from elsewhere: they keep
    /// their time.
    /// </summary>
    public void OnSiloGone(SiloAddress silo)
    {
        _links.TryRemove(silo, out _);
        if (!draining.Contains(silo))
        {
            GiveUp(pending => pending.Silo.Equals(silo));
        }
    }

    /// <summary>Gives up calls that are too old.</summary>
    public void GiveUpLate() => GiveUp(pending => time.GetElapsedTime(pending.Lane.StartedAt) > options.Value.RequestTimeout);

    private async Task DeliverAsync(SiloAddress silo, IngressCall[] calls)
    {
        var batch = Array.FindAll(calls, call => _pending.TryGetValue(call.Ticket, out var pending) && pending.TryLeaveQueue());
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
                Complete(new LaneCompletion(ticket, null, pending.TryLeaveQueue() ? DeliveryFailure.NotDelivered : DeliveryFailure.Unknown));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} calls did not reach silo {Silo}: {Reason}")]
    private static partial void LogNotDelivered(ILogger logger, int count, SiloAddress silo, string reason);

    private sealed class PendingCall(Lane lane, LaneCall call, SiloAddress silo)
    {
        private int _leftQueue;

        public Lane Lane { get; } = lane;

        public LaneCall Call { get; } = call;

        public SiloAddress Silo { get; } = silo;

        /// <summary>True once: for whoever sends the call, or for whoever gives it up before it was sent.</summary>
        public bool TryLeaveQueue() => Interlocked.Exchange(ref _leftQueue, 1) == 0;
    }
}
