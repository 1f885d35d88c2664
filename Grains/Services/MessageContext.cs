using GameCluster.Sessions;

namespace GameCluster.Services;

/// <summary>
/// What a handler knows about the message and its session, and what it can do to them. It is valid until the handler has ended; afterwards, and for other
/// sessions, push with IPush. What a handler does here counts even if it fails later: change the session last.
/// </summary>
public sealed class MessageContext
{
    /// <summary>The most characters a player's name or a room's key may have.</summary>
    public const int MaxKeyLength = 128;

    private readonly ServiceGrain _grain;
    private readonly LaneCall _call;
    private OutboundFrame[] _frames;
    private int _count;
    private int _index = -1;
    private bool _ended;
    private string? _newPlayer;
    private Dictionary<string, string?>? _newRooms;
    private List<StreamChange>? _streams;
    private SessionEffects? _earlier;
    private int _requestStart;

    internal MessageContext(ServiceGrain grain, LaneCall call)
    {
        _grain = grain;
        _call = call;
        _frames = new OutboundFrame[call.Frames.Length];
        Player = call.Player;
        Room = call.Room;
        StartedAt = grain.Clock.GetTimestamp();
    }

    /// <summary>The session that sent the message.</summary>
    public SessionId Session => _call.Session;

    /// <summary>The logged-in player, or null.</summary>
    public string? Player { get; private set; }

    /// <summary>The room this session is bound to at this service, or null.</summary>
    public string? Room { get; private set; }

    /// <summary>The message's id.</summary>
    public int MessageId => _call.Frames[_index].MessageId;

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> RawBody => Body;

    /// <summary>The time, and timers that tests can drive.</summary>
    public TimeProvider Clock => _grain.Clock;

    /// <summary>The grain's random source: seeded, so that a run can be replayed, and therefore no source of secrets.</summary>
    public Random Random => _grain.Random;

    /// <summary>When the call began that the message came with, on the grain's clock.</summary>
    internal long StartedAt { get; }

    /// <summary>The grain whose handler runs.</summary>
    internal ServiceGrain Grain => _grain;

    internal byte[] Body => _call.Frames[_index].Body;

    internal string? CloseReason { get; private set; }

    /// <summary>Whether the message was handled at all. One that was not is the last of its call.</summary>
    internal OutcomeKind Outcome { get; set; }

    /// <summary>The request's number, or 0.</summary>
    internal uint Number => _call.Frames[_index].Number;

    internal uint Settled => _call.Settled;

    /// <summary>Whether a numbered request has logged in: the call ends with it, as the gateway has to ask whether it may.</summary>
    internal bool IsNumberedLogin => _newPlayer is { Length: > 0 } && Number != 0;

    internal bool HasMore => _index + 1 < _call.Frames.Length;

    /// <summary>The size of what is to be sent so far, in bytes.</summary>
    internal int SentBytes { get; private set; }

    /// <summary>Sends <paramref name="message"/> to this session, ahead of this handler's reply, with the kind of delivery this service declares for it.</summary>
    public void Push<T>(int messageId, T message) => Push(messageId, _grain.Json.Serialize(message));

    /// <summary>Sends <paramref name="body"/> as it is, which must not be changed afterwards.</summary>
    public void Push(int messageId, byte[] body)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messageId);
        ThrowIfEnded();
        Add(FrameKind.Push, messageId, body, _grain.Host.Service.ClassOf(messageId));
    }

    /// <summary>From the next message on, the session is <paramref name="player"/>'s.</summary>
    public void LogIn(string player)
    {
        ThrowIfUnfit(player);
        ThrowIfEnded();
        Player = _newPlayer = player;
    }

    /// <summary>From the next message on, the session is nobody's.</summary>
    public void LogOut()
    {
        ThrowIfEnded();
        (Player, _newPlayer) = (null, "");
    }

    /// <summary>From the next message on, the session is in <paramref name="room"/> of this service.</summary>
    public void BindRoom(string room) => BindRoom(_grain.ServiceName, room);

    /// <summary>From the next message on, the session is in <paramref name="room"/> of <paramref name="service"/>.</summary>
    public void BindRoom(string service, string room)
    {
        ThrowIfUnfit(room);
        SetRoom(service, room);
    }

    /// <summary>The session leaves its room of this service.</summary>
    public void UnbindRoom() => UnbindRoom(_grain.ServiceName);

    /// <summary>The session leaves its room of <paramref name="service"/>.</summary>
    public void UnbindRoom(string service) => SetRoom(service, null);

    /// <summary>
    /// Closes the connection once this handler's replies have left. Messages that came with this one are not handled any more.
    /// The client can read <paramref name="reason"/>; WebSocket carries 123 bytes of it.
    /// </summary>
    public void Close(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ThrowIfEnded();
        CloseReason = reason;
    }

    /// <summary>From the next message on, the session follows a stream, or follows it no more.</summary>
    internal void ChangeStream(StreamChange change)
    {
        ThrowIfEnded();
        (_streams ??= []).Add(change);
    }

    internal void MoveNext() => _index++;

    internal void Reply(byte[] body) => Add(FrameKind.Reply, MessageId, body);

    internal void Fail(int code, string text) => Add(FrameKind.Error, MessageId, ErrorBody.Create(code, text));

    /// <summary>From here on frames and changes belong to one numbered request.</summary>
    internal void BeginRequest()
    {
        _requestStart = _count;
        _earlier = TakeEffects();
    }

    /// <summary>Keeps what the request came to.</summary>
    internal void EndRequest(StoredAnswer answer)
    {
        var effects = TakeEffects();
        answer.End(_frames.AsSpan(_requestStart.._count).ToArray(), effects);
        Merge(_earlier);
        Merge(effects);
    }

    /// <summary>The request was not handled: what it has left behind does not count.</summary>
    internal void DropRequest()
    {
        TakeEffects();
        Merge(_earlier);
    }

    /// <summary>Does again what an earlier call's request came to.</summary>
    internal void Repeat(StoredAnswer answer)
    {
        foreach (var frame in answer.Frames!)
        {
            Add(frame.Kind, frame.MessageId, frame.Body, frame.Class);
        }

        Merge(answer.Effects);
    }

    internal LaneReply End(SiloAddress silo)
    {
        _ended = true;
        Array.Resize(ref _frames, _count);
        return new LaneReply(Outcome == OutcomeKind.Elsewhere ? _index : _index + 1, _frames, TakeEffects(), silo);
    }

    private SessionEffects? TakeEffects()
    {
        if (_newPlayer is null && _newRooms is null && _streams is null && CloseReason is null)
        {
            return null;
        }

        var effects = new SessionEffects { Player = _newPlayer, Rooms = _newRooms, Streams = _streams?.ToArray(), CloseReason = CloseReason };
        (_newPlayer, _newRooms, _streams, CloseReason) = (null, null, null, null);
        return effects;
    }

    private void Merge(SessionEffects? effects)
    {
        if (effects is null)
        {
            return;
        }

        if (effects.Player is { } player)
        {
            (Player, _newPlayer) = (player.Length == 0 ? null : player, player);
        }

        foreach (var (service, room) in effects.Rooms ?? [])
        {
            SetRoom(service, room);
        }

        foreach (var change in effects.Streams ?? [])
        {
            ChangeStream(change);
        }

        CloseReason = effects.CloseReason ?? CloseReason;
    }

    private void SetRoom(string service, string? room)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        ThrowIfEnded();
        (_newRooms ??= new Dictionary<string, string?>(StringComparer.Ordinal))[service] = room;
        if (service == _grain.ServiceName)
        {
            Room = room;
        }
    }

    private void Add(FrameKind kind, int messageId, byte[] body, DeliveryClass @class = DeliveryClass.Reliable)
    {
        if (_count == _frames.Length)
        {
            Array.Resize(ref _frames, 2 * _count);
        }

        _frames[_count++] = new OutboundFrame(kind, messageId, _index, body, @class);
        SentBytes += body.Length;
    }

    private void ThrowIfEnded()
    {
        if (_ended)
        {
            throw new InvalidOperationException("The handler of this message has ended. Push with IPush, and await what belongs to the handler.");
        }
    }

    private static void ThrowIfUnfit(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, MaxKeyLength, nameof(key));
    }
}
