using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Where accounts that last are opened and joined.</summary>
[Service("tests.account.durable.lobby", Role = DurableAccountRoom.Name)]
internal sealed class DurableAccountLobby(IRooms rooms) : ServiceGrain
{
    [Handles(MessageIds.DurableAccountCreate)]
    public async Task<Response<RoomRequest>> CreateAsync()
    {
        var created = await rooms.CreateAsync(DurableAccountRoom.Name);
        return created.Error is { } error ? error : new RoomRequest(created.Value!.Room);
    }

    [Handles(MessageIds.DurableAccountJoin)]
    public async Task<Response<CountReply>> JoinAsync(RoomRequest request, MessageContext context)
    {
        var joined = await rooms.JoinAsync(context, DurableAccountRoom.Name, request.Room);
        return joined.Error is { } error ? error : new CountReply(joined.Value!.Member);
    }
}
