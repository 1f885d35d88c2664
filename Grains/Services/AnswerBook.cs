using GameCluster.Sessions;

namespace GameCluster.Services;

/// <summary>
/// What a grain has answered to sessions that number their requests: a request that comes again, because its answer was lost with a connection, is not handled
/// again. Forgets sessions that were not heard for ten minutes, and beyond a number of sessions those not heard for longest.
/// </summary>
internal sealed class AnswerBook(TimeProvider time)
{
    internal const int MaxSessions = 10_000;

    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Dictionary<SessionId, LinkedListNode<SessionAnswers>> _sessions = [];

    // Those heard most recently come last.
    private readonly LinkedList<SessionAnswers> _order = new();

    public int Count => _sessions.Count;

    /// <summary>The answers to a session, which is heard now. Requests below <paramref name="settled"/> will not come again.</summary>
    public SessionAnswers Of(SessionId session, uint settled)
    {
        if (_sessions.TryGetValue(session, out var node))
        {
            _order.Remove(node);
        }
        else
        {
            _sessions[session] = node = new LinkedListNode<SessionAnswers>(new SessionAnswers(session));
        }

        _order.AddLast(node);
        node.Value.HeardAt = time.GetTimestamp();
        node.Value.Settle(settled);
        while (_order.First is { } first && (_sessions.Count > MaxSessions || time.GetElapsedTime(first.Value.HeardAt) > Memory))
        {
            Forget(first.Value.Session);
        }

        return node.Value;
    }

    /// <summary>The session has ended: nothing of it comes again.</summary>
    public void Forget(SessionId session)
    {
        if (_sessions.Remove(session, out var node))
        {
            _order.Remove(node);
        }
    }
}
