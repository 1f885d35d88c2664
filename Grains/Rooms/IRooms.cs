using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>
/// Opens, joins, leaves and lists rooms, from handlers anywhere in the cluster: take it from dependency injection. What is refused, and what could not be reached (503) or may or may
/// not have happened (504), comes as an error that a handler can return as it is. While silos come and go, calls are made again as long as the client may be waiting, counted from
/// when its message came to the handler.
/// </summary>
public interface IRooms
{
    /// <summary>
    /// Opens a room of <paramref name="service"/>. With <paramref name="room"/> null it gets a random key of 32 digits that nobody can guess. One that is open already stays as it is:
    /// a room exists once, by its key. <see cref="RoomCreated.IsNew"/> says whether this call has opened it, however often it had to be made.
    /// </summary>
    ValueTask<Response<RoomCreated>> CreateAsync(string service, string? room = null, RoomSetup? setup = null);

    /// <summary>
    /// Makes the message's session a member of an open room: its messages for <paramref name="service"/> go there, and it hears what the room says, from after this handler's
    /// reply. <paramref name="data"/> is what the room reads in its OnJoinAsync. Joining again does no harm.
    /// </summary>
    ValueTask<Response<RoomJoined>> JoinAsync(MessageContext context, string service, string room, bool asSpectator = false, byte[]? data = null);

    /// <summary>The message's session leaves the room and hears no more of it. False if it was no member, or if a call whose answer was lost has done it before.</summary>
    ValueTask<Response<bool>> LeaveAsync(MessageContext context, string service, string room);

    /// <summary>
    /// At most <paramref name="limit"/> (1,000 at most) listed rooms of <paramref name="service"/>, or of all services with null. It asks every silo, and may be half a second old.
    /// </summary>
    ValueTask<RoomList> ListAsync(string? service, RoomFilter? filter = null, int limit = 100);
}
