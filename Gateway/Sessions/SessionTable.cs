using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Sessions;

/// <summary>The sessions this gateway carries, and those that have ended but still owe services their last messages.</summary>
internal sealed class SessionTable
{
    private readonly ConcurrentDictionary<SessionId, Session> _sessions = new();
    private readonly ConcurrentDictionary<SessionId, Session> _away = new();
    private int _count;
    private int _ending;

    /// <summary>Sessions with a socket.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Sessions without a socket whose last messages are under way. Goes to zero when all is told.</summary>
    public int Ending => Volatile.Read(ref _ending);

    public IEnumerable<Session> All => _sessions.Select(static entry => entry.Value);

    public bool TryGet(SessionId id, [NotNullWhen(true)] out Session? session) => _sessions.TryGetValue(id, out session);

    /// <summary>Finds a session whose client is gone but may come back, and whose grain may not know that yet.</summary>
    public bool TryGetAway(SessionId id, [NotNullWhen(true)] out Session? session) => _away.TryGetValue(id, out session);

    /// <summary>
    /// Adds a session that has a socket. If another connection here has the same session, the earlier attachment gives way and is returned, which may be <paramref name="session"/> itself:
    /// grains' answers to two connections that resume at the same time can be seen in either order.
    /// </summary>
    public Session? Add(Session session)
    {
        Interlocked.Increment(ref _count);
        while (!_sessions.TryAdd(session.Id, session))
        {
            if (_sessions.TryGetValue(session.Id, out var known))
            {
                if (known.Epoch > session.Epoch)
                {
                    return session;
                }

                if (_sessions.TryUpdate(session.Id, session, known))
                {
                    return known;
                }
            }
        }

        return null;
    }

    /// <summary>The socket has gone: the session is found by <see cref="TryGetAway"/> only.</summary>
    public void BeginEnd(Session session)
    {
        if (session.MayComeBack)
        {
            _away[session.Id] = session;
        }

        // Another connection of the same session may have its place.
        _sessions.TryRemove(new KeyValuePair<SessionId, Session>(session.Id, session));
        Interlocked.Decrement(ref _count);
        Interlocked.Increment(ref _ending);
    }

    /// <summary>The services have been told, or the grain.</summary>
    public void Ended(Session session)
    {
        _away.TryRemove(new KeyValuePair<SessionId, Session>(session.Id, session));
        Interlocked.Decrement(ref _ending);
    }
}
