using GameCluster.Rooms.Journal;

namespace GameCluster.Silo.Replay;

/// <summary>A journal with one room in it, which goes on from its recording and then takes nothing any more: its own timers and steps do not change it.</summary>
internal sealed class RecordingJournal(Recording recording) : IRoomJournal
{
    private long _epoch;

    public ValueTask<RoomClaim?> CreateAsync(RoomName room) => default;

    public ValueTask<JournalOpening?> OpenAsync(RoomName room) =>
        ValueTask.FromResult(room == recording.Room ? new JournalOpening(new RoomClaim(1, room, ++_epoch), null, recording.Entries) : null);

    public ValueTask BeginOpeningAsync(JournalOpening opening) => default;

    public ValueTask EndOpeningAsync(RoomClaim claim) => default;

    public ValueTask<bool> ReleaseAsync(RoomName room) => default;

    public ValueTask<bool> GiveUpAsync(RoomName room) => default;

    public ValueTask<AppendOutcome> AppendAsync(RoomClaim claim, JournalEntry entry) => ValueTask.FromResult(AppendOutcome.Unavailable);

    public ValueTask<IReadOnlyList<JournalEntry>?> ReadTailAsync(RoomClaim claim, long version) => ValueTask.FromResult<IReadOnlyList<JournalEntry>?>([]);

    public ValueTask<bool> SaveSnapshotAsync(RoomClaim claim, JournalSnapshot snapshot) => ValueTask.FromResult(true);

    public ValueTask<bool> CloseAsync(RoomClaim claim) => ValueTask.FromResult(true);

    public ValueTask<IReadOnlyList<OwnedRoom>> ListOpenAsync(string owner, long after, int limit) => ValueTask.FromResult<IReadOnlyList<OwnedRoom>>([]);

    public ValueTask<IReadOnlyList<string>> ListOwnersAsync() => ValueTask.FromResult<IReadOnlyList<string>>([]);

    public ValueTask<JournalRecording?> ReadRecordingAsync(RoomName room, long after, int limit) => default;
}
