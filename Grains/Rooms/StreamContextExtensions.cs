using GameCluster.Services;

namespace GameCluster.Rooms;

/// <summary>What joining and leaving change about a session.</summary>
internal static class StreamContextExtensions
{
    /// <summary>The session's messages for the service go to the room, and it follows the room's stream.</summary>
    public static void Follow(this MessageContext context, GrainId room, string service, string key, bool opensStream, long epoch)
    {
        context.BindRoom(service, key);
        if (opensStream)
        {
            context.OpenStream(room, service, key, epoch);
        }
    }

    /// <summary>
    /// The session follows a stream from number 1. Its gateway may still know one of the same grain, as of a room that was lost with its silo and opened again: that one ends first.
    /// </summary>
    public static void OpenStream(this MessageContext context, GrainId stream, string service, string key, long epoch = 0)
    {
        context.CloseStream(stream, service, key);
        context.ChangeStream(new StreamChange(stream, service, key, Opened: true, epoch));
    }

    public static void CloseStream(this MessageContext context, GrainId stream, string service, string key) =>
        context.ChangeStream(new StreamChange(stream, service, key, Opened: false));

    public static void Unfollow(this MessageContext context, GrainId room, string service, string key)
    {
        context.UnbindRoom(service);
        context.CloseStream(room, service, key);
    }
}
