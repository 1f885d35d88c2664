namespace GameCluster.Rooms.Journal;

/// <summary>The right to write a room's journal, until somebody opens the room with a higher <paramref name="Epoch"/>. <paramref name="Id"/> is the room's in the journal: a name that is used again gets another.</summary>
public sealed record RoomClaim(long Id, RoomName Room, long Epoch);
