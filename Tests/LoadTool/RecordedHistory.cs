using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.LoadTool;

/// <summary>A history as the swarm writes it, made of what a test says. Times are in seconds.</summary>
internal sealed class RecordedHistory
{
    private readonly List<HistoryEvent> _events = [];
    private long _lastId;

    /// <summary>In the order of time.</summary>
    public IReadOnlyList<HistoryEvent> Events => [.. _events.OrderBy(static happened => happened.T)];

    /// <summary>Players are there, and each publishes once, which takes a moment.</summary>
    public void Begin(int players)
    {
        _events.Clear();
        foreach (var player in Enumerable.Range(1, players).Select(static number => $"{number}"))
        {
            Happen(0, player, EventType.Open, EventOp.Session);
            Wait(1, 0.01, player);
        }
    }

    /// <summary>A request that is answered after that long.</summary>
    public void Wait(double at, double seconds, string client)
    {
        var id = --_lastId;
        Ask(at, client, id);
        Answer(at + seconds, client, id, EventType.Ok);
    }

    /// <summary>A connection that the server ends, and the session's going on after that long.</summary>
    public void Away(double at, double seconds, string client)
    {
        Happen(at, client, EventType.Close, EventOp.Connection, value: "1006");
        Happen(at + seconds, client, EventType.Resumed, null);
    }

    public void Ask(double at, string client, long id, string value = "x") => Happen(at, client, EventType.Invoke, EventOp.Publish, id, value);

    public void Answer(double at, string client, long id, EventType type) => Happen(at, client, type, EventOp.Publish, id);

    public void Fault(double at, string op, long id, string target = "silo-1", string kind = "kill") => Happen(at, target, EventType.Fault, op, id, kind);

    public void Happen(double at, string client, EventType type, string? op, long? id = null, string? value = null) =>
        _events.Add(new HistoryEvent { T = (long)Math.Round(at * 1_000_000), Client = client, Session = $"session of {client}", Type = type, Op = op, Id = id, Value = value });
}
