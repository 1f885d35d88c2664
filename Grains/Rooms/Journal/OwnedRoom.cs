namespace GameCluster.Rooms.Journal;

/// <summary>An open room in the journal.</summary>
public sealed record OwnedRoom(long Id, RoomName Room);
