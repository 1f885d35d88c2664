using System.Globalization;
using System.Text.Json;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Swarm;

/// <summary>
/// The session of a bot, over all its connections: requests, streams, and what goes into the history. It takes frames as they come: what should not come is the
/// checks' business. All members are called under the bot's lock.
/// </summary>
internal sealed class BotSession(int index, SwarmRoom? room, bool opensRoom, bool isSlow, SwarmWorld world)
{
    private const int MostUnanswered = 64;
    private const int NotFound = 404;
    private const int GatewayTimeout = 504;
    private const int HandlerFailed = 500;

    private readonly string _name = index.ToString(CultureInfo.InvariantCulture);
    private readonly BotStreams _streams = new();
    private readonly SortedDictionary<uint, (BotRequest Request, string? Key, long SentAt)> _unanswered = [];
    private BotConnection? _connection;
    private Welcome? _welcome;
    private uint _lastRequest;
    private int _lastPublish;
    private long _welcomedAt;
    private (long At, bool IsOwn)? _away;
    private bool _isOver;

    /// <summary>Whether it is connected, in its room if it has one, and waits for no answer.</summary>
    public bool IsSettled => _connection is not null && _unanswered.Count == 0 && (room is null || RoomStream is not null);

    public bool IsConnected => _connection is not null;

    private uint Settled => _unanswered.Count > 0 ? _unanswered.Keys.First() : _lastRequest + 1;

    private int? RoomStream => room?.Key is { } key ? _streams.Numbers.Where(number => _streams.KeyOf(number) == KeyOf(key)).Cast<int?>().FirstOrDefault() : null;

    /// <summary>Says hello, with what is needed to go on if there was a session.</summary>
    public void Greet(BotConnection connection) => connection.Send(SystemId.Hello, FrameKind.Notify, 0, _streams.Hello(_welcome?.Token, Settled));

    public void OnFrame(BotConnection connection, SessionFrame frame)
    {
        if (_isOver)
        {
            // Was on its way when the session was closed.
            return;
        }

        switch (frame)
        {
            case { Kind: FrameKind.Push }:
                OnPush(frame);
                break;
            case { Kind: FrameKind.Reply or FrameKind.Error, MessageId: > 0 }:
                OnAnswer(frame);
                break;
            case { MessageId: SystemId.Welcome }:
                OnWelcome(connection, Welcome.Read(frame.Body));
                break;
            case { MessageId: SystemId.Busy }:
                connection.RetryAfter = ReadRetry(frame.Body);
                break;
            case { MessageId: SystemId.Stream }:
                OnStream(StreamNotice.Read(frame.Body));
                break;
            case { MessageId: SystemId.Resync }:
                OnResync(StreamNotice.Read(frame.Body));
                break;
            case { Kind: FrameKind.Error }:
                SwarmCounts.Count(world.Counts.Errors, $"system message {frame.MessageId}");
                break;
        }
    }

    public void OnEnded(BotConnection connection)
    {
        if (connection != _connection)
        {
            return;
        }

        _connection = null;
        _away = (world.Now, connection.IsOwnEnd);
        var code = connection.IsOwnEnd ? EventOp.Cut : $"{connection.CloseCode ?? 1006}";
        Record(EventType.Close, EventOp.Connection, value: code);
        if (!connection.IsOwnEnd)
        {
            SwarmCounts.Count(world.Counts.Ends, code);
        }
    }

    public void Publish()
    {
        if (_connection is null || RoomStream is null || _unanswered.Count >= MostUnanswered)
        {
            world.Counts.OnSkipped();
            return;
        }

        world.Counts.OnPublished();
        Send(world.Game.Publish(new PublishMark(index, ++_lastPublish, world.Now)));
    }

    public void Leave()
    {
        if (_connection is not null && RoomStream is not null && !IsUnderWay(EventOp.Leave))
        {
            Send(world.Game.Leave());
        }
    }

    public void Count()
    {
        if (_connection is not null && room?.Key is { } key)
        {
            Send(world.Game.Count(key));
        }
    }

    /// <summary>Does what is due: acknowledges, gives up what was not answered, gets into its room.</summary>
    public void Tick()
    {
        if (_connection is null)
        {
            return;
        }

        if (_streams.IsAckDue(_welcome!.Ack, world.Now))
        {
            _connection.Send(SystemId.Ack, FrameKind.Notify, 0, _streams.Acknowledge(Settled));
        }

        var overdue = world.Now - (long)world.Settings.Timeout.TotalMicroseconds;
        foreach (var (number, (request, key, _)) in _unanswered.Where(entry => Math.Max(entry.Value.SentAt, _welcomedAt) < overdue).ToList())
        {
            _unanswered.Remove(number);
            SwarmCounts.Count(world.Counts.Errors, $"{request.Op} {EventOp.Unanswered}");
            Record(EventType.Info, request.Op, id: number, key: key, value: EventOp.Unanswered);
        }

        EnterRoom();
    }

    /// <summary>The session is over, by the client's will: its connection closes with 1000.</summary>
    public void End()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            Record(EventType.Close, EventOp.Session);
            _isOver = true;
            connection.BeginClose();
        }
    }

    private static TimeSpan ReadRetry(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        return TimeSpan.FromMilliseconds(JsonElement.ParseValue(ref reader).GetProperty("retry").GetInt32());
    }

    private static bool IsOutcomeUnknown(int code) => code is GatewayTimeout or HandlerFailed;

    private string KeyOf(string key) => $"{world.Game.Service}/{key}";

    private bool IsUnderWay(string op) => _unanswered.Values.Any(entry => entry.Request.Op == op);

    private void EnterRoom()
    {
        if (room is null || RoomStream is not null || _unanswered.Count > 0)
        {
            return;
        }

        if (room.Key is { } key)
        {
            Send(world.Game.Join(key));
        }
        else if (opensRoom)
        {
            Send(world.Game.Create());
        }
    }

    private void Send(BotRequest request)
    {
        var number = ++_lastRequest;
        var key = room?.Key is { } known ? KeyOf(known) : null;
        _unanswered.Add(number, (request, key, world.Now));
        Record(EventType.Invoke, request.Op, id: number, key: key, value: request.Value);
        _connection!.Send(request.MessageId, FrameKind.Request, number, request.Body);
    }

    private void OnWelcome(BotConnection connection, Welcome welcome)
    {
        var before = _welcome;
        (_welcome, _connection, _welcomedAt) = (welcome, connection, world.Now);
        connection.Welcome();
        if (welcome.Resumed)
        {
            GoOn(connection, welcome);
        }
        else
        {
            Lose(before, welcome.Reason);
            Record(EventType.Open, EventOp.Session, number: welcome.Window.Time, gateway: connection.Gateway);
        }

        EnterRoom();
    }

    private void GoOn(BotConnection connection, Welcome welcome)
    {
        world.Counts.OnResumed();
        if (_away is { } away)
        {
            (away.IsOwn ? world.BackAfterOwnCut : world.BackAfterServerEnd).Record(TimeSpan.FromMicroseconds(world.Now - away.At));
        }

        Record(EventType.Resumed, gateway: connection.Gateway);
        foreach (var gone in _streams.Numbers.Where(number => number != 0 && !welcome.Streams.Any(stream => stream.Stream == number)).ToList())
        {
            CloseStream(gone);
        }

        foreach (var stream in welcome.Streams.Where(stream => !_streams.IsOpen(stream.Stream)))
        {
            OpenStream(stream.Stream, $"{stream.Service}/{stream.Room}");
        }

        connection.Send(SystemId.Ack, FrameKind.Notify, 0, _streams.Acknowledge(Settled));
        foreach (var (number, (request, _, _)) in _unanswered)
        {
            connection.Send(request.MessageId, FrameKind.Request, number, request.Body);
        }
    }

    private void Lose(Welcome? before, string? reason)
    {
        if (before is not null)
        {
            SwarmCounts.Count(world.Counts.Lost, reason ?? "none");
            Record(EventType.Lost, value: reason ?? "none", session: before.Session);
            foreach (var (number, (request, key, _)) in _unanswered)
            {
                Record(EventType.Info, request.Op, id: number, key: key, value: "lost", session: before.Session);
            }
        }

        _unanswered.Clear();
        _streams.Clear();
        _lastRequest = 0;
    }

    private void OnPush(SessionFrame push)
    {
        _streams.Reached(push.Stream, push.Number, world.Now);
        var isPublish = world.Game.TryReadPublish(push.MessageId, push.Body, out var mark, out var position);
        if (isPublish)
        {
            world.Counts.OnDelivered();
            RecordLatency(mark);
        }

        if (world.IsRecorded)
        {
            var (op, value) = isPublish ? (EventOp.Publish, mark.ToString()) : ($"{push.MessageId}", null);
            Record(EventType.Push, op, push.Stream, push.Number, position, _streams.KeyOf(push.Stream), value);
        }

        if (_connection is not null && _streams.IsAckDue(_welcome!.Ack, world.Now))
        {
            _connection.Send(SystemId.Ack, FrameKind.Notify, 0, _streams.Acknowledge(Settled));
        }
    }

    private void RecordLatency(PublishMark mark)
    {
        var latency = TimeSpan.FromMicroseconds(world.Now - mark.SentAt);
        world.Delivery.Record(latency);
        if (mark.SentAt > _welcomedAt && !isSlow)
        {
            world.SteadyDelivery.Record(latency);
        }
    }

    private void OnAnswer(SessionFrame answer)
    {
        _streams.Arrived(world.Now);
        if (!_unanswered.Remove(answer.Number, out var sent))
        {
            Record(answer.Kind == FrameKind.Reply ? EventType.Ok : EventType.Fail, "unexpected", id: answer.Number);
            return;
        }

        if (answer.Kind == FrameKind.Reply && !GameFrame.IsError(answer.Body))
        {
            OnDone(sent.Request, answer, sent.Key);
            return;
        }

        var code = GameFrame.TryReadNumber(answer.Body, "code"u8, out var number) ? (int)number : 0;
        SwarmCounts.Count(world.Counts.Errors, $"{sent.Request.Op} {code}");
        Record(
            IsOutcomeUnknown(code) ? EventType.Info : EventType.Fail, sent.Request.Op, number: code, id: answer.Number, key: sent.Key, value: sent.Request.Value);
        if (sent.Request.Op == "join" && code == NotFound && room is not null)
        {
            room.Key = null;
        }
    }

    private void OnDone(BotRequest request, SessionFrame answer, string? key)
    {
        if (request.Op == EventOp.Publish)
        {
            world.Counts.OnAcknowledged();
        }
        else if (request.Op == "create")
        {
            room!.Key = world.Game.ReadCreated(answer.Body);
        }

        Record(EventType.Ok, request.Op, number: world.Game.ReadPosition(request, answer.Body), id: answer.Number, key: key, value: request.Value);
        EnterRoom();
    }

    private void OnStream(StreamNotice notice)
    {
        if (notice.Event == "opened")
        {
            OpenStream(notice.Stream, $"{notice.Service}/{notice.Room}");
        }
        else
        {
            CloseStream(notice.Stream);
        }
    }

    private void OpenStream(int stream, string key)
    {
        _streams.Open(stream, key);
        Record(EventType.Open, EventOp.Stream, stream, key: key);
    }

    private void CloseStream(int stream)
    {
        Record(EventType.Close, EventOp.Stream, stream, key: _streams.KeyOf(stream));
        _streams.Close(stream);
    }

    private void OnResync(StreamNotice notice)
    {
        SwarmCounts.Count(world.Counts.Resyncs, notice.Reason ?? "none");
        Record(EventType.Resync, null, notice.Stream, notice.Number, key: _streams.KeyOf(notice.Stream), value: notice.Reason);
        _streams.Reached(notice.Stream, notice.Number, world.Now);
    }

    private void Record(
        EventType type, string? op = null, int? stream = null, long? number = null, long? id = null, string? key = null, string? value = null, Uri? gateway = null, string? session = null) =>
        world.History.Record(new HistoryEvent
        {
            Client = _name,
            Session = session ?? _welcome?.Session,
            Type = type,
            Op = op,
            Stream = stream,
            Number = number,
            Id = id,
            Key = key,
            Value = value,
            Gateway = gateway?.ToString(),
        });
}
