namespace GameCluster.Rooms;

/// <summary>A room that is open.</summary>
/// <param name="Room">Its key.</param>
/// <param name="IsNew">Whether it was opened by this call.</param>
public sealed record RoomCreated(string Room, bool IsNew);
