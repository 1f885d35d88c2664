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
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<IngressLinks> logger)
{
    private readonly ConcurrentDictionary<SiloAddress, BatchLink<IngressCall>> _links = new();
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private long _ticket;

    /// <summary>Calls that are not answered yet.</summary>
    public int Pending => _pending.Count;

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

    /// <summary>A silo has left the cluster: whatever it had is of unknown outcome.</summary>
    public void OnSiloGone(SiloAddress silo)
    {
        _links.TryRemove(silo, out _);
        FailAll(pending => pending.Silo.Equals(silo), DeliveryFailure.Unknown);
    }

    /// <summary>Gives up calls that are too old.</summary>
    public void FailLate() => FailAll(pending => time.GetElapsedTime(pending.SentAt) > options.Value.RequestTimeout, DeliveryFailure.Unknown);

    private async Task DeliverAsync(SiloAddress silo, IngressCall[] batch)
    {
        try
        {
            await ingresses.At(silo).DeliverAsync(new IngressBatch(local.SiloAddress, batch)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotDelivered(logger, batch.Length, silo, exception.Message);
            var failure = CallFailure.Classify(exception);
            foreach (var call in batch)
            {
                Complete(new LaneCompletion(call.Ticket, null, failure));
            }
        }
    }

    private void FailAll(Func<PendingCall, bool> which, DeliveryFailure failure)
    {
        foreach (var (ticket, pending) in _pending)
        {
            if (which(pending))
            {
                Complete(new LaneCompletion(ticket, null, failure));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} calls did not reach silo {Silo}: {Reason}")]
    private static partial void LogNotDelivered(ILogger logger, int count, SiloAddress silo, string reason);

    private sealed record PendingCall(Lane Lane, LaneCall Call, SiloAddress Silo, long SentAt);
}
