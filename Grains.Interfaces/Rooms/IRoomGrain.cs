using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>A room as lobbies, pushers and operators reach it. Its key is the room's key, its grain type the service's. Game teams derive from RoomGrain and do not meet this interface.</summary>
[Alias("gamecluster.IRoomGrain")]
public interface IRoomGrain : IGrainWithStringKey
{
    /// <summary>Opens the room. One that is open already stays as it is, whatever <paramref name="setup"/> says.</summary>
    [Alias("Create")]
    ValueTask<RoomCreateReply> CreateAsync(RoomSetup setup);

    /// <summary>Makes a session a member. Messages count for it from now on; they flow once its gateway takes the stream up.</summary>
    [Alias("Join")]
    ValueTask<RoomJoinReply> JoinAsync(RoomJoinRequest request);

    /// <summary>The session leaves and keeps no seat. False if it is no member.</summary>
    [Alias("Leave")]
    ValueTask<bool> LeaveAsync(SessionId session);

    /// <summary>Sends a message to every member, with the kind of delivery its service declares. False if there is no such room.</summary>
    [Alias("Publish")]
    ValueTask<bool> PublishAsync(int messageId, byte[] body, string? key);

    /// <summary>The room as lists show it, or null if there is no such room.</summary>
    [Alias("GetListing")]
    ValueTask<RoomListing?> GetListingAsync();

    /// <summary>What the game knows, as JSON: empty for a room that keeps it to itself, null if there is no such room.</summary>
    [Alias("GetState")]
    ValueTask<byte[]?> GetStateAsync();

    /// <summary>Closes the room: its members leave. False if there is no such room.</summary>
    [Alias("Close")]
    ValueTask<bool> CloseAsync();
}
