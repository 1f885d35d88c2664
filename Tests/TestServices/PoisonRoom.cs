using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>A durable room that does harm, and does it again whenever its inputs are done again: until somebody has put a file named <c>fixed</c> into the process' folder.</summary>
[Service(Name, Key = ServiceKey.Room)]
internal sealed class PoisonRoom : DurableRoomGrain<PoisonRoom.Counter>
{
    public const string Name = "tests.poison.room";

    private static bool IsFixed => File.Exists("fixed");

    [Handles(MessageIds.PoisonRoomCount)]
    public CountReply Count() => new(++State.Count);

    [Handles(MessageIds.PoisonRoomDie)]
    public CountReply Die()
    {
        if (!IsFixed)
        {
            Environment.FailFast("a room of the test services ends the process");
        }

        return Count();
    }

    [Handles(MessageIds.PoisonRoomSpin)]
    public CountReply Spin(CancellationToken stopping)
    {
        while (!IsFixed && !stopping.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }

        return Count();
    }

    [Handles(MessageIds.PoisonRoomWait)]
    public async Task<CountReply> WaitAsync(CancellationToken stopping)
    {
        while (!IsFixed)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), stopping);
        }

        return Count();
    }

    /// <summary>What the room knows.</summary>
    internal sealed class Counter
    {
        public int Count { get; set; }
    }
}

/// <summary>Opens and joins such rooms.</summary>
[Service("tests.poison.lobby", Role = PoisonRoom.Name)]
internal sealed class PoisonLobby(IRooms rooms) : ServiceGrain
{
    [Handles(MessageIds.PoisonRoomEnter)]
    public async Task<Response<CountReply>> EnterAsync(RoomRequest request, MessageContext context)
    {
        var created = await rooms.CreateAsync(PoisonRoom.Name, request.Room);
        if (created.Error is { } refused)
        {
            return refused;
        }

        var joined = await rooms.JoinAsync(context, PoisonRoom.Name, request.Room);
        return joined.Error is { } error ? error : new CountReply(joined.Value!.Member);
    }
}
