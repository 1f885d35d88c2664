using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>A durable room whose state depends on chance and time. Its rules are others where the environment variable <c>TESTS_DICE</c> says so; and one handler breaks the rule that durable rooms have.</summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(MessageIds.DiceRolled)]
internal sealed class DiceRoom : DurableRoomGrain<DiceRoom.Table>
{
    public const string Name = "tests.dice";

    private static readonly int Sides = int.Parse(Environment.GetEnvironmentVariable("TESTS_DICE") ?? "6");

    [Handles(MessageIds.DiceRoll)]
    public NumberRequest Roll(MessageContext context)
    {
        var thrown = Random.Next(1, 1000) % Sides;
        State.Throws.Add(new Throw(MemberOf(context).Number, thrown, Now));
        Broadcast(MessageIds.DiceRolled, new NumberRequest(thrown));
        return new NumberRequest(thrown);
    }

    [Handles(MessageIds.DiceCheat)]
    public void Cheat() => State.Secret = Guid.NewGuid();

    [Handles(MessageIds.DiceClose)]
    public ValueTask CloseTableAsync() => CloseAsync();

    protected override ValueTask<ResponseError?> OnCreateAsync(RoomData options)
    {
        StartTick(TimeSpan.FromMilliseconds(50));
        return default;
    }

    protected override void OnTick(TickContext tick)
    {
        if (++State.Ticks == 20)
        {
            StopTick();
        }
    }

    /// <summary>What the room knows.</summary>
    internal sealed class Table
    {
        public List<Throw> Throws { get; set; } = [];

        public int Ticks { get; set; }

        public Guid Secret { get; set; }
    }

    /// <summary>A throw.</summary>
    internal sealed record Throw(int Member, int Number, DateTimeOffset At);
}

/// <summary>Opens and joins such rooms.</summary>
[Service("tests.dice.lobby", Role = DiceRoom.Name)]
internal sealed class DiceLobby(IRooms rooms) : ServiceGrain
{
    [Handles(MessageIds.DiceEnter)]
    public async Task<Response<CountReply>> EnterAsync(RoomRequest request, MessageContext context)
    {
        var created = await rooms.CreateAsync(DiceRoom.Name, request.Room);
        if (created.Error is { } refused)
        {
            return refused;
        }

        var joined = await rooms.JoinAsync(context, DiceRoom.Name, request.Room);
        return joined.Error is { } error ? error : new CountReply(joined.Value!.Member);
    }
}
