namespace GameCluster.Rooms.Journal;

/// <summary>One input of a room. Versions of a room are 1, 2, 3… without gaps.</summary>
public sealed record JournalEntry(long Version, ReadOnlyMemory<byte> Body);
