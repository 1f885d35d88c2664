namespace GameCluster.Rooms;

/// <summary>A session is a member.</summary>
/// <param name="Room">The room's key.</param>
/// <param name="Member">The session's number in the room.</param>
/// <param name="Returned">Whether it took a seat that was kept for its player.</param>
/// <param name="Snapshot">The room's state as JSON, for the reply to the client; null if the room has none to give. The stream goes on from there.</param>
public sealed record RoomJoined(string Room, int Member, bool Returned, byte[]? Snapshot);
