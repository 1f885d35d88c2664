using System.Globalization;
using System.Text.Json;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.Rooms;

/// <summary>What a <see cref="DurableProbe"/> or a <see cref="MovingProbe"/> knows.</summary>
internal sealed class ProbeState
{
    public List<string> Lines { get; set; } = [];

    public int Restored { get; set; }

    public void Add(DateTimeOffset now, Random random, string text) => Lines.Add($"{now.UtcTicks} {random.Next(1000)} {text}");
}

/// <summary>A durable room whose state is all that has happened to it, with the time and a random number of each.</summary>
[Service(Name, Key = ServiceKey.Room, Role = ProbeRoom.Name)]
[Pushes(Said)]
internal sealed class DurableProbe : DurableRoomGrain<ProbeState>
{
    public const string Name = "tests.durable";
    public const int Say = 92001;
    public const int Whisper = 92002;
    public const int Leave = 92003;
    public const int Close = 92004;
    public const int StartTimers = 92005;
    public const int StartTicks = 92006;
    public const int Fail = 92007;
    public const int Lock = 92008;
    public const int Said = 92010;

    protected override int MaxMembers => 4;

    protected override RoomPresence Presence { get; } = new(Said, Said, Said, Said);

    protected override TimeSpan SeatTime => TimeSpan.FromMinutes(5);

    [Handles(Say)]
    public ProbeText SayToAll(ProbeText message)
    {
        Note(message.Text);
        Broadcast(Said, new ProbeText($"{message.Text} {State.Lines.Count}"));
        return new ProbeText($"{State.Lines.Count}");
    }

    [Handles(Whisper)]
    public void WhisperToFirst(ProbeText message) => Send(Members[0], Said, message);

    [Handles(Leave)]
    public ValueTask LeaveRoomAsync(MessageContext context) => LeaveAsync(context);

    [Handles(Close)]
    public ValueTask CloseRoomAsync() => CloseAsync();

    [Handles(StartTimers)]
    public void StartSomeTimers()
    {
        StartTimer("once", TimeSpan.FromMilliseconds(20));
        StartTimer("again", TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
    }

    [Handles(StartTicks)]
    public void StartSomeTicks() => StartTick(TimeSpan.FromMilliseconds(20));

    [Handles(Fail)]
    public void FailHalfway()
    {
        Note("half");
        throw new InvalidOperationException("a bug");
    }

    [Handles(Lock)]
    public void LockRoom() => IsLocked = !IsLocked;

    protected override ValueTask<ResponseError?> OnCreateAsync(RoomData options)
    {
        Note("created");
        return ValueTask.FromResult(options.Read<ProbeOptions>() is { Refuse: true } ? Response.Error(1001, "not today") : null);
    }

    protected override ValueTask OnJoinedAsync(RoomMember member) => NoteAsync($"joined {member.Number}");

    protected override ValueTask OnLeaveAsync(RoomMember member, RoomLeaveReason reason) => NoteAsync($"left {member.Number}: {reason}");

    protected override ValueTask OnAwayAsync(RoomMember member) => NoteAsync($"away {member.Number}");

    protected override ValueTask OnBackAsync(RoomMember member) => NoteAsync($"back {member.Number}");

    protected override ValueTask OnTimerAsync(string name)
    {
        Note($"timer {name}");
        if (State.Lines.Count(static line => line.EndsWith("again", StringComparison.Ordinal)) % 3 == 0)
        {
            StopTimer("again");
        }

        return default;
    }

    protected override void OnTick(TickContext tick)
    {
        Note(string.Create(CultureInfo.InvariantCulture, $"tick {tick.Number}"));
        Broadcast(Said, new ProbeText($"tick {tick.Number}"));
        if (tick.Number == 10)
        {
            StopTick();
        }
    }

    protected override object Snapshot(RoomMember member) => State.Lines.Count;

    private ValueTask NoteAsync(string text)
    {
        Note(text);
        return default;
    }

    private void Note(string text) => State.Add(Now, Random, text);
}

/// <summary>A room that moves with its silo's stop, and is in memory only.</summary>
[Service(Name, Key = ServiceKey.Room, Role = ProbeRoom.Name)]
[Pushes(Said)]
internal sealed class MovingProbe : RoomGrain<ProbeState>
{
    public const string Name = "tests.moving.room";
    public const int Say = 92101;
    public const int Said = 92110;

    private int _sinceRestored;

    [Handles(Say)]
    public ProbeText SayToAll(ProbeText message)
    {
        State.Add(Now, Random, message.Text);
        Broadcast(Said, message);
        return new ProbeText($"{State.Lines.Count} {++_sinceRestored}");
    }

    protected override ValueTask<ResponseError?> OnCreateAsync(RoomData options)
    {
        StartTick(TimeSpan.FromMilliseconds(20));
        StartTimer("late", TimeSpan.FromMilliseconds(500));
        return default;
    }

    protected override ValueTask OnRestoredAsync()
    {
        State.Restored++;
        return default;
    }

    protected override void OnTick(TickContext tick)
    {
        if (tick.Number % 20 == 0)
        {
            Broadcast(Said, new ProbeText($"tick {tick.Number}"));
        }
    }

    protected override ValueTask OnTimerAsync(string name)
    {
        Broadcast(Said, new ProbeText(name));
        return default;
    }
}

/// <summary>Joins the rooms of <see cref="DurableProbe"/> and <see cref="MovingProbe"/>.</summary>
[Service(Name, Role = ProbeRoom.Name)]
internal sealed class DurableLobby(IRooms rooms) : ServiceGrain
{
    public const string Name = "tests.durable.lobby";
    public const int Join = 92201;
    public const int Leave = 92202;

    [Handles(Join)]
    public async Task<Response<ProbeJoined>> JoinAsync(DurableJoin request, MessageContext context)
    {
        var joined = await rooms.JoinAsync(context, request.Service, request.Room);
        return joined.Error is { } error ? error : new ProbeJoined(joined.Value!.Member, joined.Value.Returned, JsonSerializer.Serialize(joined.Value.Snapshot?.Length));
    }

    [Handles(Leave)]
    public async Task<Response<ProbeText>> LeaveAsync(DurableJoin request, MessageContext context)
    {
        var left = await rooms.LeaveAsync(context, request.Service, request.Room);
        return left.Error is { } error ? error : new ProbeText($"{left.Value}");
    }
}

internal sealed record DurableJoin(string Service, string Room);
