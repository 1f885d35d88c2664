using System.Collections.Concurrent;
using GameCluster.Rooms.Journal;

namespace GameCluster.Tests.Rooms;

/// <summary>A journal of the whole test cluster that fails when and how a test wants it to. The database's own are tested with databases.</summary>
internal sealed class MemoryJournal
{
    private const int MaxOpenings = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<RoomName, Room> _rooms = [];
    private readonly ConcurrentDictionary<string, (AppendOutcome Outcome, bool IsWritten)> _faults = new();
    private long _lastId;

    /// <summary>Whether nothing but appends works.</summary>
    public bool IsAway { get; set; }

    /// <summary>What becomes of a room's next append, and whether it is written all the same.</summary>
    public void Fail(string key, AppendOutcome outcome, bool isWritten = false) => _faults[key] = (outcome, isWritten);

    public IRoomJournal For(string owner) => new Client(this, owner);

    /// <summary>The inputs of a room, open or over.</summary>
    public JournalEntry[] EntriesOf(string service, string key)
    {
        lock (_gate)
        {
            return [.. _rooms[new RoomName(service, key)].Entries];
        }
    }

    public long SnapshotOf(string service, string key)
    {
        lock (_gate)
        {
            return _rooms[new RoomName(service, key)].Snapshot?.Version ?? 0;
        }
    }

    public bool IsOpen(string service, string key)
    {
        lock (_gate)
        {
            return _rooms.GetValueOrDefault(new RoomName(service, key)) is { IsOpen: true };
        }
    }

    /// <summary>A room of somebody who is gone, with these inputs.</summary>
    public void Put(string service, string key, IEnumerable<JournalEntry> entries)
    {
        lock (_gate)
        {
            var room = new Room(++_lastId, "nobody");
            room.Entries.AddRange(entries);
            _rooms[new RoomName(service, key)] = room;
        }
    }

    /// <summary>Opens a room in another's name, so that its present owner is fenced.</summary>
    public void Fence(string service, string key)
    {
        lock (_gate)
        {
            _rooms[new RoomName(service, key)].Epoch++;
        }
    }

    private sealed class Room(long id, string owner)
    {
        public long Id => id;

        public string Owner { get; set; } = owner;

        public long Epoch { get; set; } = 1_000;

        public bool IsOpen { get; set; } = true;

        public int Openings { get; set; }

        public List<JournalEntry> Entries { get; } = [];

        public JournalSnapshot? Snapshot { get; set; }

        public long LastVersion => Entries.Count == 0 ? 0 : Entries[^1].Version;
    }

    private sealed class Client(MemoryJournal journal, string owner) : IRoomJournal
    {
        public ValueTask<RoomClaim?> CreateAsync(RoomName room) => Do<RoomClaim?>(() =>
        {
            if (journal._rooms.GetValueOrDefault(room) is { IsOpen: true })
            {
                return null;
            }

            var made = journal._rooms[room] = new Room(++journal._lastId, owner);
            return new RoomClaim(made.Id, room, made.Epoch);
        });

        public ValueTask<JournalOpening?> OpenAsync(RoomName name) => Do<JournalOpening?>(() =>
        {
            if (journal._rooms.GetValueOrDefault(name) is not { IsOpen: true } room)
            {
                return null;
            }

            (room.Owner, room.Epoch) = (owner, room.Epoch + 1);
            if (room.Openings >= MaxOpenings)
            {
                throw new RoomStuckException($"{room.Openings} openings have not ended.");
            }

            return new JournalOpening(new RoomClaim(room.Id, name, room.Epoch), room.Snapshot, [.. room.Entries.Where(entry => entry.Version > (room.Snapshot?.Version ?? 0))], room.Openings);
        });

        public async ValueTask BeginOpeningAsync(JournalOpening opening) => await Do(() => journal._rooms[opening.Claim.Room].Openings = opening.Unended + 1);

        public async ValueTask EndOpeningAsync(RoomClaim claim) => await Do(() => journal._rooms[claim.Room].Openings = 0);

        public ValueTask<bool> ReleaseAsync(RoomName room) => Do(() => journal._rooms.GetValueOrDefault(room) is { Openings: > 0 } stuck && (stuck.Openings = 0) == 0);

        public ValueTask<bool> GiveUpAsync(RoomName room) => Do(() => journal._rooms.GetValueOrDefault(room) is { Openings: > 0 } stuck && !(stuck.IsOpen = false));

        public ValueTask<AppendOutcome> AppendAsync(RoomClaim claim, JournalEntry entry)
        {
            lock (journal._gate)
            {
                var (outcome, isWritten) = journal._faults.TryRemove(claim.Room.Key, out var fault) ? fault : (AppendOutcome.Appended, true);
                if (Find(claim) is not { } room)
                {
                    return ValueTask.FromResult(AppendOutcome.Fenced);
                }

                if (isWritten && entry.Version != room.LastVersion + 1)
                {
                    return ValueTask.FromResult(AppendOutcome.Behind);
                }

                if (isWritten)
                {
                    room.Entries.Add(entry);
                }

                return ValueTask.FromResult(outcome);
            }
        }

        public ValueTask<IReadOnlyList<JournalEntry>?> ReadTailAsync(RoomClaim claim, long version) =>
            Do<IReadOnlyList<JournalEntry>?>(() => Find(claim)?.Entries.Where(entry => entry.Version > version).ToArray());

        public ValueTask<bool> SaveSnapshotAsync(RoomClaim claim, JournalSnapshot snapshot) => Do(() =>
        {
            if (Find(claim) is not { } room)
            {
                return false;
            }

            room.Snapshot = snapshot;
            return true;
        });

        public ValueTask<bool> CloseAsync(RoomClaim claim) => Do(() => Find(claim) is { } room && !(room.IsOpen = false));

        public ValueTask<IReadOnlyList<OwnedRoom>> ListOpenAsync(string silo, long after, int limit) => Do<IReadOnlyList<OwnedRoom>>(() =>
            [.. journal._rooms.Where(room => room.Value.IsOpen && room.Value.Owner == silo && room.Value.Id > after).OrderBy(static room => room.Value.Id).Take(limit)
                .Select(static room => new OwnedRoom(room.Value.Id, room.Key))]);

        public ValueTask<IReadOnlyList<string>> ListOwnersAsync() =>
            Do<IReadOnlyList<string>>(() => [.. journal._rooms.Values.Where(static room => room.IsOpen).Select(static room => room.Owner).Distinct()]);

        public ValueTask<JournalRecording?> ReadRecordingAsync(RoomName name, long after, int limit) => Do<JournalRecording?>(() => journal._rooms.GetValueOrDefault(name) is { } room
            ? new JournalRecording(room.Id, name, room.IsOpen, 1, room.LastVersion, [.. room.Entries.Where(entry => entry.Version > after).Take(limit)])
            : null);

        private Room? Find(RoomClaim claim) => journal._rooms.GetValueOrDefault(claim.Room) is { } room && room.Id == claim.Id && room.Epoch == claim.Epoch ? room : null;

        private ValueTask<T> Do<T>(Func<T> work)
        {
            lock (journal._gate)
            {
                return journal.IsAway ? throw new JournalUnavailableException("The test has taken the journal away.") : ValueTask.FromResult(work());
            }
        }
    }
}
