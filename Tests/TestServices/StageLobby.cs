using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>Where stages are opened and joined.</summary>
[Service("tests.stage.lobby", Role = StageRoom.Name)]
internal sealed class StageLobby(IRooms rooms) : ServiceGrain
{
    [Handles(MessageIds.StageCreate)]
    public async Task<Response<RoomRequest>> CreateAsync()
    {
        var created = await rooms.CreateAsync(StageRoom.Name);
        return created.Error is { } error ? error : new RoomRequest(created.Value!.Room);
    }

    [Handles(MessageIds.StageJoin)]
    public async Task<Response<CountReply>> JoinAsync(RoomRequest request, MessageContext context)
    {
        var joined = await rooms.JoinAsync(context, StageRoom.Name, request.Room);
        return joined.Error is { } error ? error : new CountReply(joined.Value!.Member);
    }
}
