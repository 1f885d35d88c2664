using GameCluster.Services;

namespace GameCluster.Rooms;

/// <summary>What joining and leaving change about a session.</summary>
internal static class StreamContextExtensions
{
    /// <summary>The session's messages for the service go to the room, and it follows the room's stream.</summary>
    public static void Follow(this MessageContext context, GrainId room, string service, string key, bool opensStream)
    {
        context.BindRoom(service, key);
        if (opensStream)
        {
            context.ChangeStream(new StreamChange(room, service, key, Opened: true));
        }
    }

    public static void Unfollow(this MessageContext context, GrainId room, string service, string key)
    {
        context.UnbindRoom(service);
        context.ChangeStream(new StreamChange(room, service, key, Opened: false));
    }
}
