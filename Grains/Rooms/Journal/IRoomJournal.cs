namespace GameCluster.Rooms.Journal;

/// <summary>
/// Where durable rooms write their inputs before they act on them. One writer per room: opening a room for writing takes a higher epoch, and whatever an older claim writes from then on is
/// refused. Implemented on the cluster's database; all calls may be made at the same time for different rooms, one at a time for each.
/// Calls other than <see cref="AppendAsync"/> throw <see cref="JournalUnavailableException"/> if the database does not answer in time.
/// </summary>
public interface IRoomJournal
{
    /// <summary>Opens a new room. Null if there is one of that name that is open; one that has no entry yet does not count and is taken over, so that this may be repeated.</summary>
    ValueTask<RoomClaim?> CreateAsync(RoomName room);

    /// <summary>Takes an open room over with a higher epoch, and reads what it needs to go on: its newest snapshot and all entries after it. Null if no such room is open, or none that has an entry.</summary>
    /// <exception cref="RoomStuckException">Too many openings before this one have not ended: nothing of the room is to be executed.</exception>
    ValueTask<JournalOpening?> OpenAsync(RoomName room);

    /// <summary>What was read is about to be executed. That counts against the room until <see cref="EndOpeningAsync"/>. If it throws, nothing is to be executed, and this opening does not count.</summary>
    ValueTask BeginOpeningAsync(JournalOpening opening);

    /// <summary>Opening the room has come to an end, whether it goes on or not: no opening so far counts against it any more. That holds if it was opened elsewhere since.</summary>
    ValueTask EndOpeningAsync(RoomClaim claim);

    /// <summary>Forgets openings that have not ended: the room may be opened again. False if there are none, or no such room.</summary>
    ValueTask<bool> ReleaseAsync(RoomName room);

    /// <summary>Closes an open room without executing anything, if openings of it have not ended; its entries stay for a while as its recording. False if there are none, or no such room.</summary>
    ValueTask<bool> GiveUpAsync(RoomName room);

    /// <summary>Appends the entry whose <see cref="JournalEntry.Version"/> follows the last one. Never throws, takes 1.5 s at most; see <see cref="AppendOutcome"/>. After closing it is fenced.</summary>
    ValueTask<AppendOutcome> AppendAsync(RoomClaim claim, JournalEntry entry);

    /// <summary>The entries after <paramref name="version"/>: what an append of unknown outcome left. Null if the claim is fenced.</summary>
    ValueTask<IReadOnlyList<JournalEntry>?> ReadTailAsync(RoomClaim claim, long version);

    /// <summary>Keeps the room's state at a version, so that opening reads only what came after; an older one than is kept is ignored. False if the claim is fenced.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The journal does not reach as far.</exception>
    ValueTask<bool> SaveSnapshotAsync(RoomClaim claim, JournalSnapshot snapshot);

    /// <summary>The room is over: its name is free, its entries stay for a while as its recording. False if the claim is fenced.</summary>
    ValueTask<bool> CloseAsync(RoomClaim claim);

    /// <summary>The open rooms that a silo took last, in the order of their ids, <paramref name="limit"/> at most, those after <paramref name="after"/> only.</summary>
    ValueTask<IReadOnlyList<OwnedRoom>> ListOpenAsync(string owner, long after, int limit);

    /// <summary>All silos that took an open room last.</summary>
    ValueTask<IReadOnlyList<string>> ListOwnersAsync();

    /// <summary>The newest room of that name, open or over, with the entries kept. Null if none is known. At most <paramref name="limit"/> entries after <paramref name="after"/>.</summary>
    ValueTask<JournalRecording?> ReadRecordingAsync(RoomName room, long after, int limit);
}
