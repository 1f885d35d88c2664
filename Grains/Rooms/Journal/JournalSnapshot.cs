namespace GameCluster.Rooms.Journal;

/// <summary>A room's state after the entry of that version.</summary>
public sealed record JournalSnapshot(long Version, ReadOnlyMemory<byte> Body);
