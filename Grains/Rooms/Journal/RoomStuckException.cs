namespace GameCluster.Rooms.Journal;

/// <summary>A room is not to be opened: it was begun again and again, and none of those who did has ever come to an end with it.</summary>
public sealed class RoomStuckException(string message) : Exception(message);
