using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.Histories;

/// <summary>A client of the model, with what the server has for it.</summary>
internal sealed class ModelClient(string name, string key, int room, Action<HistoryEvent> happened)
{
    private readonly List<HistoryEvent> _pushes = [];
    private readonly List<HistoryEvent> _answers = [];
    private string _session = "";
    private int _sessions;
    private int _stream;
    private long _number;
    private long _lastId;

    public int Room { get; } = room;

    public bool IsConnected { get; private set; }

    public bool IsMember { get; private set; }

    public void Open(long windowMilliseconds)
    {
        _session = $"{name}-{++_sessions}";
        (_stream, _lastId, IsConnected) = (0, 0, true);
        Record(EventType.Open, EventOp.Session, number: windowMilliseconds);
    }

    public void Join()
    {
        (_number, IsMember) = (0, true);
        _stream++;
        Record(EventType.Invoke, "join", id: ++_lastId);
        Record(EventType.Open, EventOp.Stream, stream: _stream);
        Record(EventType.Ok, "join", id: _lastId);
    }

    public void Leave()
    {
        IsMember = false;
        _pushes.Clear();
        Record(EventType.Invoke, EventOp.Leave, id: ++_lastId);
        Record(EventType.Ok, EventOp.Leave, id: _lastId);
        Record(EventType.Close, EventOp.Stream, stream: _stream);
    }

    public string Publish(EventType answer, long numberOfAnswer, ModelRoom room)
    {
        var value = $"{_session}.{++_lastId}";
        Record(EventType.Invoke, EventOp.Publish, id: _lastId, value: value);
        _answers.Add(Make(answer, EventOp.Publish, null, numberOfAnswer, _lastId, value, answer == EventType.Ok ? room : null));
        return value;
    }

    public void Push(string value, ModelRoom room) => _pushes.Add(Make(EventType.Push, EventOp.Publish, _stream, ++_number, room.Done, value, room));

    /// <summary>Lets some of what the server has for the client arrive, answers and pushes in turn.</summary>
    public void Deliver(int most)
    {
        for (var i = 0; i < most && _pushes.Count + _answers.Count > 0; i++)
        {
            var from = _answers.Count == 0 || (i % 2 == 0 && _pushes.Count > 0) ? _pushes : _answers;
            happened(from[0]);
            from.RemoveAt(0);
        }
    }

    public void Live() => Record(EventType.Push, "live", stream: _stream, number: 0);

    public void Count(ModelRoom room)
    {
        Record(EventType.Invoke, EventOp.Count, id: ++_lastId);
        happened(Make(EventType.Ok, EventOp.Count, null, room.Done, _lastId, $"{room.Balance}", room));
    }

    public void Cut(string code)
    {
        IsConnected = false;
        Record(EventType.Close, EventOp.Connection, value: code);
    }

    public void Resume()
    {
        IsConnected = true;
        Record(EventType.Resumed);
    }

    /// <summary>The server has not kept what the client missed.</summary>
    public void Resync()
    {
        if (_pushes.Count > 0)
        {
            _pushes.Clear();
            Record(EventType.Resync, stream: _stream, number: _number, value: "window");
        }
    }

    public void Lose()
    {
        IsMember = false;
        Record(EventType.Lost, value: "expired");
        _answers.ForEach(answer => Record(EventType.Info, answer.Op, id: answer.Id, value: "lost"));
        _answers.Clear();
        _pushes.Clear();
    }

    public void End() => Record(EventType.Close, EventOp.Session);

    private void Record(EventType type, string? op = null, int? stream = null, long? number = null, long? id = null, string? value = null) =>
        happened(Make(type, op, stream, number, id, value));

    private HistoryEvent Make(EventType type, string? op, int? stream, long? number, long? id, string? value, ModelRoom? room = null) => new()
    {
        Client = name,
        Session = _session,
        Type = type,
        Op = op,
        Stream = stream,
        Number = number,
        Id = id,
        Value = value,
        Key = stream is not null || type is EventType.Invoke or EventType.Ok or EventType.Fail ? key : null,
        Epoch = room?.Epoch,
        Silo = room?.Silo,
        Gateway = type is EventType.Open or EventType.Resumed ? "ws://gateway/" : null,
    };
}
