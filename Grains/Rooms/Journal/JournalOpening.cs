namespace GameCluster.Rooms.Journal;

/// <summary>What a room goes on from. <paramref name="Entries"/> follow the snapshot, or start with version 1. <paramref name="Unended"/> openings before this one have begun and not ended.</summary>
public sealed record JournalOpening(RoomClaim Claim, JournalSnapshot? Snapshot, IReadOnlyList<JournalEntry> Entries, int Unended = 0);
