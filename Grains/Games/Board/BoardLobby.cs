using System.Text.Json;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Games.Board;

/// <summary>Where boards are opened, found and joined.</summary>
[Service("board.lobby", Role = BoardRoom.Name)]
internal sealed class BoardLobby(IRooms rooms) : ServiceGrain
{
    [Handles(BoardMessages.Create)]
    public async Task<Response<CreateReply>> CreateAsync(CreateRequest request)
    {
        var created = await rooms.CreateAsync(BoardRoom.Name, setup: new RoomSetup(request.Label, request.Max));
        return created.Error is { } error ? error : new CreateReply(ErrorCodes.Ok, created.Value!.Room);
    }

    [Handles(BoardMessages.List, Idempotent = true)]
    public async Task<ListReply> ListAsync(ListRequest request)
    {
        var list = await rooms.ListAsync(BoardRoom.Name, new RoomFilter(request.Label));
        return new ListReply(
            ErrorCodes.Ok, [.. list.Rooms.Select(static room => new BoardEntry(room.Room, room.Label, room.Members, room.MaxMembers))], list.Complete);
    }

    [Handles(BoardMessages.Join)]
    public async Task<Response<JoinReply>> JoinAsync(JoinRequest request, MessageContext context)
    {
        var joined = await rooms.JoinAsync(context, BoardRoom.Name, request.Room, request.Spectator);
        return joined.Error is { } error
            ? error
            : new JoinReply(ErrorCodes.Ok, request.Room, joined.Value!.Member, joined.Value.Returned, JsonElement.Parse(joined.Value.Snapshot));
    }
}
