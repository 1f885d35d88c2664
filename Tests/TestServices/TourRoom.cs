using GameCluster.Rooms;
using GameCluster.Services;
using Orleans.Runtime;

namespace GameCluster.Tests.TestServices;

/// <summary>A room that moves with its silo's stop, and keeps an account that must not forget anything. <see cref="AccountReply.Epoch"/> is when it was opened.</summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(MessageIds.TourBooked)]
internal sealed class TourRoom(ILocalSiloDetails silo) : RoomGrain<TourRoom.Account>
{
    public const string Name = "tests.tour";

    [Handles(MessageIds.TourBook)]
    public AccountReply Book(BookingRequest request)
    {
        State.Balance += request.Amount;
        Broadcast(MessageIds.TourBooked, new BookedMessage(request.Text, ++State.Bookings, State.OpenedAt, silo.Name));
        return new AccountReply(State.Bookings, State.Balance, State.OpenedAt, silo.Name);
    }

    protected override ValueTask<ResponseError?> OnCreateAsync(RoomData options)
    {
        State.OpenedAt = Now.ToUnixTimeMilliseconds();
        return default;
    }

    /// <summary>What the room knows.</summary>
    internal sealed class Account
    {
        public long OpenedAt { get; set; }

        public long Bookings { get; set; }

        public long Balance { get; set; }
    }
}

/// <summary>Opens and joins such rooms.</summary>
[Service("tests.tour.lobby", Role = TourRoom.Name)]
internal sealed class TourLobby(IRooms rooms) : ServiceGrain
{
    [Handles(MessageIds.TourEnter)]
    public async Task<Response<CountReply>> EnterAsync(RoomRequest request, MessageContext context)
    {
        var created = await rooms.CreateAsync(TourRoom.Name, request.Room);
        if (created.Error is { } refused)
        {
            return refused;
        }

        var joined = await rooms.JoinAsync(context, TourRoom.Name, request.Room);
        return joined.Error is { } error ? error : new CountReply(joined.Value!.Member);
    }
}
