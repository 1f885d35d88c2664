using System.Text.Json;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Games.Board;

/// <summary>Where boards are opened, found and joined.</summary>
[Service("board.lobby", Role = BoardRoom.Name)]
internal sealed class BoardLobby(IRooms rooms) : ServiceGrain
{
    [Handles(BoardMessages.Create)]
    public Task<Response<CreateReply>> CreateAsync(CreateRequest request) => CreateAsync(BoardRoom.Name, request);

    [Handles(BoardMessages.List, Idempotent = true)]
    public Task<ListReply> ListAsync(ListRequest request) => ListAsync(BoardRoom.Name, request);

    [Handles(BoardMessages.Join)]
    public Task<Response<JoinReply>> JoinAsync(JoinRequest request, MessageContext context) => JoinAsync(BoardRoom.Name, request, context);

    [Handles(BoardMessages.Durable + BoardMessages.Create)]
    public Task<Response<CreateReply>> CreateDurableAsync(CreateRequest request) => CreateAsync(DurableBoardRoom.Name, request);

    [Handles(BoardMessages.Durable + BoardMessages.List, Idempotent = true)]
    public Task<ListReply> ListDurableAsync(ListRequest request) => ListAsync(DurableBoardRoom.Name, request);

    [Handles(BoardMessages.Durable + BoardMessages.Join)]
    public Task<Response<JoinReply>> JoinDurableAsync(JoinRequest request, MessageContext context) => JoinAsync(DurableBoardRoom.Name, request, context);

    private async Task<Response<CreateReply>> CreateAsync(string service, CreateRequest request)
    {
        var created = await rooms.CreateAsync(service, setup: new RoomSetup(request.Label, request.Max));
        return created.Error is { } error ? error : new CreateReply(ErrorCodes.Ok, created.Value!.Room);
    }

    private async Task<ListReply> ListAsync(string service, ListRequest request)
    {
        var list = await rooms.ListAsync(service, new RoomFilter(request.Label));
        return new ListReply(
            ErrorCodes.Ok, [.. list.Rooms.Select(static room => new BoardEntry(room.Room, room.Label, room.Members, room.MaxMembers))], list.Complete);
    }

    private async Task<Response<JoinReply>> JoinAsync(string service, JoinRequest request, MessageContext context)
    {
        var joined = await rooms.JoinAsync(context, service, request.Room, request.Spectator);
        return joined.Error is { } error
            ? error
            : new JoinReply(ErrorCodes.Ok, request.Room, joined.Value!.Member, joined.Value.Returned, JsonElement.Parse(joined.Value.Snapshot));
    }
}
