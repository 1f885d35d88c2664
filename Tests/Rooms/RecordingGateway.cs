using System.Collections.Concurrent;
using System.Text;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Routing;
using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace GameCluster.Tests.Rooms;

/// <summary>Stands where a gateway stands: carries sessions, passes on what streams have for them once and in order, and asks for what is missing.</summary>
[Reentrant]
internal sealed class RecordingGateway(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, GatewayRecords records)
    : GrainService(id, silo, loggers), IGatewayNode
{
    public ValueTask<SessionId[]> DeliverAsync(StreamDelivery[] deliveries) => records.DeliverAsync(deliveries);

    public ValueTask CloseStreamAsync(GrainId stream, SessionId[] sessions, long epoch)
    {
        records.Close(stream, sessions);
        return default;
    }

    public ValueTask CompleteAsync(LaneCompletion[] completions)
    {
        records.Complete(completions);
        return default;
    }

    public ValueTask<PushResult[]> PushAsync(PushDelivery[] pushes) => ValueTask.FromResult(Array.ConvertAll(pushes, records.Push));

    public ValueTask<int> BroadcastAsync(int messageId, byte[] body) => throw new NotSupportedException();

    public ValueTask<bool> KickAsync(SessionId session, string reason) => records.KickAsync(session);

    public ValueTask TakeOverAsync(SessionId session, long epoch) => default;

    public ValueTask<SessionAttachment?> FindAsync(SessionId session) => default;

    public ValueTask<SessionSummary[]> ListSessionsAsync(SessionId after, int limit) => throw new NotSupportedException();

    public ValueTask<GatewayStatus> GetStatusAsync() => throw new NotSupportedException();

    public ValueTask RoutesChangedAsync(RouteSnapshot snapshot) => default;
}

/// <summary>The sessions of a <see cref="RecordingGateway"/>, and what each of their clients has got.</summary>
internal sealed class GatewayRecords
{
    private readonly ConcurrentDictionary<(SessionId Session, GrainId Stream), Followed> _followed = new();
    private readonly ConcurrentDictionary<SessionId, bool> _sessions = new();

    /// <summary>Called before each delivery; may fail it.</summary>
    public Action OnDeliver { get; set; } = static () => { };

    /// <summary>Called before a kick; may fail it.</summary>
    public Action OnKick { get; set; } = static () => { };

    /// <summary>Tickets of calls that have been answered.</summary>
    public ConcurrentBag<long> Completed { get; } = [];

    /// <summary>Called before each push to a session; may fail it.</summary>
    public Action<PushDelivery> OnPush { get; set; } = static _ => { };

    /// <summary>Pushes to sessions of this gateway, in the order in which they came.</summary>
    public ConcurrentQueue<PushDelivery> Pushed { get; } = new();

    public void Complete(LaneCompletion[] completions)
    {
        foreach (var completion in completions)
        {
            Completed.Add(completion.Ticket);
        }
    }

    public bool Carries(SessionId session) => _sessions.ContainsKey(session);

    public PushResult Push(PushDelivery push)
    {
        OnPush(push);
        if (!Carries(push.Session))
        {
            return PushResult.NoSession;
        }

        Pushed.Enqueue(push);
        return PushResult.Queued;
    }

    public void Carry(SessionId session) => _sessions[session] = true;

    public void Drop(SessionId session) => _sessions.TryRemove(session, out _);

    /// <summary>Ends a session that is carried here.</summary>
    public ValueTask<bool> KickAsync(SessionId session)
    {
        OnKick();
        return ValueTask.FromResult(_sessions.TryRemove(session, out _));
    }

    public Followed Follow(SessionId session, GrainId stream) => _followed.GetOrAdd((session, stream), static _ => new Followed());

    public ValueTask<SessionId[]> DeliverAsync(StreamDelivery[] deliveries)
    {
        OnDeliver();
        var missing = new HashSet<SessionId>();
        foreach (var delivery in deliveries)
        {
            foreach (var member in delivery.MemberSpan)
            {
                if (_sessions.ContainsKey(member.Session))
                {
                    Follow(member.Session, delivery.Stream).Take(delivery, member.Number);
                }
                else
                {
                    missing.Add(member.Session);
                }
            }
        }

        return ValueTask.FromResult<SessionId[]>([.. missing]);
    }

    public void Close(GrainId stream, SessionId[] sessions)
    {
        foreach (var session in sessions)
        {
            Follow(session, stream).IsClosed = true;
        }
    }

    /// <summary>One stream of one session.</summary>
    internal sealed class Followed
    {
        private readonly Lock _gate = new();
        private readonly List<(int Id, uint Number, string Text)> _got = [];
        private uint _last;

        public volatile bool IsClosed;

        public uint Last
        {
            get
            {
                lock (_gate)
                {
                    return _last;
                }
            }

            set
            {
                lock (_gate)
                {
                    _last = value;
                }
            }
        }

        /// <summary>What the client has got, in order.</summary>
        public (int Id, uint Number, string Text)[] Got
        {
            get
            {
                lock (_gate)
                {
                    return [.. _got];
                }
            }
        }

        public void Take(StreamDelivery delivery, uint number)
        {
            lock (_gate)
            {
                if (number == 0 || number == _last + 1)
                {
                    _last = Math.Max(_last, number);
                    _got.Add((delivery.MessageId, number, Encoding.UTF8.GetString(delivery.Body)));
                }
            }
        }
    }
}
