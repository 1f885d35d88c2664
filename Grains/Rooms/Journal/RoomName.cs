namespace GameCluster.Rooms.Journal;

/// <summary>A room's service and key.</summary>
public readonly record struct RoomName(string Service, string Key);
