using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>The way into halls and groups, and messages to all that can be pushed to.</summary>
[Service("tests.hall.lobby")]
[Pushes(MessageIds.PushedLatest, Delivery = DeliveryClass.Latest)]
internal sealed class HallLobby(IRooms rooms, IGroups groups, IPush push) : ServiceGrain
{
    [Handles(MessageIds.HallEnter)]
    public async Task<Response<CountReply>> EnterAsync(RoomRequest request, MessageContext context)
    {
        await rooms.CreateAsync(HallService.Name, request.Room);
        var joined = await rooms.JoinAsync(context, HallService.Name, request.Room);
        return joined.Error is { } error ? error : new CountReply(joined.Value!.Member);
    }

    [Handles(MessageIds.GroupJoin)]
    public async Task<RoomRequest> JoinGroupAsync(RoomRequest request, MessageContext context)
    {
        await groups.JoinAsync(context, request.Room);
        return request;
    }

    [Handles(MessageIds.PushToRoom)]
    public async Task<TextMessage> PushToRoomAsync(PushRequest request) =>
        new($"{await push.ToRoomAsync(HallService.Name, request.Session, MessageIds.HallWhispered, new TextMessage(request.Text))}");

    [Handles(MessageIds.PushToGroup)]
    public async Task<CountReply> PushToGroupAsync(PushRequest request) =>
        new(await push.ToGroupAsync(request.Session, MessageIds.HallWhispered, new TextMessage(request.Text)));

    [Handles(MessageIds.PushToEveryone)]
    public async Task<CountReply> PushToEveryoneAsync(TextMessage message) => new((await push.ToEveryoneAsync(MessageIds.HallWhispered, message)).Sessions);

    /// <summary>To the session itself, once from elsewhere and once with the reply, what services declare as messages of which only the newest matters.</summary>
    [Handles(MessageIds.PushLatest)]
    public async Task<TextMessage> PushLatestAsync(TextMessage message, MessageContext context)
    {
        context.Push(MessageIds.PushedLatest, message);
        return new TextMessage($"{await push.ToSessionAsync(context.Session, MessageIds.HallShown, message)}");
    }
}
