using System.Collections.Concurrent;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.Rooms;

internal sealed record ProbeOptions(int SeatMilliseconds = 60_000, int EmptyMilliseconds = 60_000, bool Refuse = false, int TickMilliseconds = 0);

internal sealed record ProbeText(string Text);

/// <summary>A room that notes what happens to it, and does what it is told.</summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(Said)]
internal sealed class ProbeRoom : RoomGrain
{
    public const string Name = "tests.probe";
    public const int Say = 91001;
    public const int Close = 91002;
    public const int Throw = 91003;
    public const int Remove = 91004;
    public const int Lock = 91005;
    public const int LeaveByDirectory = 91006;
    public const int Whisper = 91007;
    public const int Chime = 91008;
    public const int Said = 91010;

    private readonly IRooms _rooms;
    private ProbeOptions _options = new();
    private int _timers;

    public ProbeRoom(IRooms rooms) => _rooms = rooms;

    /// <summary>What happened, by room.</summary>
    public static ConcurrentDictionary<string, ConcurrentQueue<string>> Notes { get; } = new();

    protected override int MaxMembers => 3;

    protected override int MaxSpectators => 1;

    protected override TimeSpan SeatTime => TimeSpan.FromMilliseconds(_options.SeatMilliseconds);

    protected override TimeSpan EmptyTime => TimeSpan.FromMilliseconds(_options.EmptyMilliseconds);

    public static string[] NotesOf(string room) => [.. Notes.GetValueOrDefault(room) ?? []];

    [Handles(Say)]
    public void SayToAll(ProbeText message) => Broadcast(Said, message);

    [Handles(Whisper)]
    public void WhisperToFirst(ProbeText message) => Send(Members[0], Said, message);

    [Handles(Close)]
    public async Task<ProbeText> CloseRoomAsync()
    {
        await CloseAsync();
        return new ProbeText("closed");
    }

    [Handles(Throw)]
    public void Fail() => throw new InvalidOperationException("a bug");

    [Handles(Remove)]
    public ValueTask RemoveFirstAsync() => RemoveAsync(Members[0]);

    [Handles(Lock)]
    public void LockRoom() => IsLocked = true;

    [Handles(LeaveByDirectory)]
    public async Task<ProbeText> LeaveRoomAsync(MessageContext context) => new((await _rooms.LeaveAsync(context, Name, Key)).Value.ToString());

    [Handles(Chime)]
    public void StartTimers() => StartTimer("chime", TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));

    protected override ValueTask<ResponseError?> OnCreateAsync(RoomData options)
    {
        _options = options.Read<ProbeOptions>() ?? new ProbeOptions();
        Note("created");
        if (_options.TickMilliseconds > 0)
        {
            StartTick(TimeSpan.FromMilliseconds(_options.TickMilliseconds));
        }

        return ValueTask.FromResult(_options.Refuse ? Response.Error(1001, "not today") : null);
    }

    protected override ValueTask<ResponseError?> OnJoinAsync(RoomMember member, RoomData data) =>
        ValueTask.FromResult(data.Read<ProbeText>()?.Text == "bad password" ? Response.Error(1002, "wrong password") : null);

    protected override ValueTask OnJoinedAsync(RoomMember member)
    {
        Note($"joined {member.Number}");
        Send(member, Said, new ProbeText($"welcome {member.Number}"));
        return default;
    }

    protected override ValueTask OnLeaveAsync(RoomMember member, RoomLeaveReason reason) => NoteAsync($"left {member.Number}: {reason}");

    protected override ValueTask OnAwayAsync(RoomMember member) => NoteAsync($"away {member.Number}");

    protected override ValueTask OnBackAsync(RoomMember member) => NoteAsync($"back {member.Number}");

    protected override ValueTask OnCloseAsync() => NoteAsync("closing");

    protected override ValueTask OnTimerAsync(string name) => NoteAsync($"timer {++_timers}");

    protected override object Snapshot(RoomMember member) => new ProbeText($"snapshot for {member.Number}");

    protected override void OnTick(TickContext tick) => Note($"tick {tick.Number}");

    private ValueTask NoteAsync(string note)
    {
        Note(note);
        return default;
    }

    private void Note(string note) => Notes.GetOrAdd(Key, static _ => new ConcurrentQueue<string>()).Enqueue(note);
}

/// <summary>Opens and joins probe rooms and groups as it is told.</summary>
[Service(Name, Role = ProbeRoom.Name)]
internal sealed class ProbeLobby(IRooms rooms, IGroups groups) : ServiceGrain
{
    public const string Name = "tests.probe.lobby";
    public const int Join = 91100;
    public const int Leave = 91101;
    public const int Watch = 91102;
    public const int JoinGroup = 91103;
    public const int LeaveGroup = 91104;

    [Handles(Join)]
    public Task<Response<ProbeJoined>> JoinAsync(ProbeJoin request, MessageContext context) => JoinAsync(request, context, asSpectator: false);

    [Handles(Watch)]
    public Task<Response<ProbeJoined>> WatchAsync(ProbeJoin request, MessageContext context) => JoinAsync(request, context, asSpectator: true);

    [Handles(Leave)]
    public async Task<Response<ProbeText>> LeaveAsync(ProbeJoin request, MessageContext context)
    {
        var left = await rooms.LeaveAsync(context, ProbeRoom.Name, request.Room);
        return left.Error is { } error ? error : new ProbeText(left.Value.ToString());
    }

    [Handles(JoinGroup)]
    public ValueTask JoinGroupAsync(ProbeJoin request, MessageContext context) => groups.JoinAsync(context, request.Room);

    [Handles(LeaveGroup)]
    public ValueTask LeaveGroupAsync(ProbeJoin request, MessageContext context) => groups.LeaveAsync(context, request.Room);

    private async Task<Response<ProbeJoined>> JoinAsync(ProbeJoin request, MessageContext context, bool asSpectator)
    {
        var data = request.Password is null ? null : Encode(new ProbeText(request.Password));
        var joined = await rooms.JoinAsync(context, ProbeRoom.Name, request.Room, asSpectator, data);
        return joined.Error is { } error ? error : new ProbeJoined(joined.Value!.Member, joined.Value.Returned, System.Text.Encoding.UTF8.GetString(joined.Value.Snapshot!));
    }

    private static byte[] Encode<T>(T message) => ServiceJson.For(typeof(T).Assembly).Serialize(message);
}

internal sealed record ProbeJoin(string Room, string? Password = null);

internal sealed record ProbeJoined(int Member, bool Returned, string Snapshot);
