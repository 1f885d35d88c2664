using GameCluster.Gateway.Diagnostics;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// Lets clients begin or resume their sessions a few at a time, so that thousands who come at once do not drown the cluster in calls of which each would time out. Who resumes goes first:
/// that costs less, and those players are in a game. Nobody waits for long; who cannot be let in soon is told when to come back.
/// </summary>
internal sealed class Admission(TimeProvider time, IOptions<GatewayOptions> options, GatewayMetrics metrics)
{
    /// <summary>Nobody waits longer: clients give an attempt up after some seconds, and work for one that has is lost.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LeastHint = TimeSpan.FromSeconds(1);

    /// <summary>With what clients add to it, far below the time that sessions are kept for them.</summary>
    private static readonly TimeSpan GreatestHint = TimeSpan.FromSeconds(10);

    /// <summary>How much of the rate and of those sent away is kept from one look to the next.</summary>
    private const double Memory = 0.8;

    /// <summary>Turns per second until something is known, and at least.</summary>
    private const double LeastRate = 100;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _resuming = new();
    private readonly LinkedList<Waiter> _beginning = new();
    private long _lookedAt = time.GetTimestamp();
    private double _perSecond = LeastRate;
    private double _sentAway;
    private int _running;
    private int _done;

    private int Waiting => _resuming.Count + _beginning.Count;

    /// <summary>How many wait to be let in.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return Waiting;
            }
        }
    }

    /// <summary>When to come back: after what is there, and those who were sent away lately, have had their turn.</summary>
    public TimeSpan Hint
    {
        get
        {
            lock (_gate)
            {
                var wait = TimeSpan.FromSeconds((Waiting + _sentAway) / _perSecond);
                return wait < LeastHint ? LeastHint : wait > GreatestHint ? GreatestHint : wait;
            }
        }
    }

    /// <summary>Whether there is no use in letting another one speak. If so, it counts as sent away.</summary>
    public bool TrySendAway()
    {
        lock (_gate)
        {
            if (Waiting < options.Value.MaxWaitingHandshakes)
            {
                return false;
            }

            SendAway();
            return true;
        }
    }

    /// <summary>Waits for a turn. True: it has one, and <see cref="Leave"/> ends it. False: it is to come back later.</summary>
    public Task<bool> EnterAsync(bool resumes)
    {
        Waiter? displaced = null;
        Waiter waiter;
        lock (_gate)
        {
            if (_running < options.Value.MaxHandshakes)
            {
                _running++;
                return Task.FromResult(true);
            }

            if (Waiting >= options.Value.MaxWaitingHandshakes)
            {
                SendAway();
                if (!resumes || _beginning.Last is not { } last)
                {
                    return Task.FromResult(false);
                }

                displaced = last.Value;
                _beginning.Remove(last);
            }

            waiter = new Waiter(time.GetTimestamp());
            (resumes ? _resuming : _beginning).AddLast(waiter);
        }

        displaced?.SetResult(false);
        return waiter.Task;
    }

    /// <summary>A turn has ended: it is the next one's.</summary>
    public void Leave()
    {
        Waiter next;
        lock (_gate)
        {
            _done++;
            var queue = _resuming.Count > 0 ? _resuming : _beginning;
            if (queue.First is not { } first)
            {
                _running--;
                return;
            }

            queue.RemoveFirst();
            next = first.Value;
        }

        next.SetResult(true);
    }

    /// <summary>Sends away who has waited for too long, and measures how fast it goes. To be called several times a second.</summary>
    public void Look()
    {
        var late = new List<Waiter>();
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var seconds = time.GetElapsedTime(_lookedAt, now).TotalSeconds;
            if (Waiting > 0 && seconds > 0)
            {
                // Only under load does it say what could be done.
                _perSecond = Math.Max(LeastRate, (Memory * _perSecond) + ((1 - Memory) * _done / seconds));
            }

            (_lookedAt, _done) = (now, 0);
            _sentAway *= Memory;
            TakeLate(_resuming, now, late);
            TakeLate(_beginning, now, late);
        }

        late.ForEach(static waiter => waiter.SetResult(false));
    }

    private void TakeLate(LinkedList<Waiter> queue, long now, List<Waiter> late)
    {
        while (queue.First is { } first && time.GetElapsedTime(first.Value.Since, now) > LongestWait)
        {
            queue.RemoveFirst();
            late.Add(first.Value);
            SendAway();
        }
    }

    private void SendAway()
    {
        _sentAway++;
        metrics.OnSentAway();
    }

    private sealed class Waiter(long since) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since { get; } = since;
    }
}
