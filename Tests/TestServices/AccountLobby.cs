using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Where accounts are opened and joined.</summary>
[Service("tests.account.lobby", Role = AccountRoom.Name)]
internal sealed class AccountLobby(IRooms rooms) : ServiceGrain
{
    [Handles(MessageIds.AccountCreate)]
    public async Task<Response<RoomRequest>> CreateAsync()
    {
        var created = await rooms.CreateAsync(AccountRoom.Name);
        return created.Error is { } error ? error : new RoomRequest(created.Value!.Room);
    }

    [Handles(MessageIds.AccountJoin)]
    public async Task<Response<CountReply>> JoinAsync(RoomRequest request, MessageContext context)
    {
        var joined = await rooms.JoinAsync(context, AccountRoom.Name, request.Room);
        return joined.Error is { } error ? error : new CountReply(joined.Value!.Member);
    }
}
