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

    /// <summary>As it was on another silo.</summary>
    public AnswerBook(TimeProvider time, SessionAnswersImage[] image)
        : this(time)
    {
        foreach (var session in image)
        {
            var answers = new SessionAnswers(session) { HeardAt = time.GetTimestamp() - (long)(session.Silence.TotalSeconds * time.TimestampFrequency) };
            _sessions[session.Session] = _order.AddLast(answers);
        }
    }

    public int Count => _sessions.Count;

    /// <summary>To go on elsewhere: the sessions heard most recently whose answers take <paramref name="maxBytes"/> together, those heard last at the end.</summary>
    public SessionAnswersImage[] ToImage(int maxBytes)
    {
        var image = new List<SessionAnswersImage>();
        for (var node = _order.Last; node is not null && (maxBytes -= node.Value.Size) >= 0; node = node.Previous)
        {
            image.Add(node.Value.ToImage(time.GetElapsedTime(node.Value.HeardAt)));
        }

        image.Reverse();
        return [.. image];
    }

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
