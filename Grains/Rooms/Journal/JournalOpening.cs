namespace GameCluster.Rooms.Journal;

/// <summary>What a room goes on from. <paramref name="Entries"/> follow the snapshot, or start with version 1.</summary>
public sealed record JournalOpening(RoomClaim Claim, JournalSnapshot? Snapshot, IReadOnlyList<JournalEntry> Entries);
