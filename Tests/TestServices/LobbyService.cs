using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>The way into a room and out of it.</summary>
[Service("tests.lobby")]
internal sealed class LobbyService : ServiceGrain
{
    private const string Rooms = "tests.room";

    [Handles(MessageIds.Join)]
    public RoomRequest Join(RoomRequest request, MessageContext context)
    {
        context.BindRoom(Rooms, request.Room);
        return request;
    }

    [Handles(MessageIds.Leave)]
    public TextMessage Leave(MessageContext context)
    {
        context.UnbindRoom(Rooms);
        return new TextMessage("left");
    }
}
