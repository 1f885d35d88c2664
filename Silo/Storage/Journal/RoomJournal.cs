using System.Data.Common;
using GameCluster.Rooms.Journal;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>The journal in the tables of <c>room-journal.sql</c>. Appends go through the queue; everything else is a few statements that PostgreSQL and SQLite understand alike.</summary>
/// <param name="database">Where it is kept.</param>
/// <param name="appends">The queue on the same database.</param>
/// <param name="serviceId">Whose rooms these are: clusters on one database do not see each other's.</param>
/// <param name="owner">This silo.</param>
/// <param name="maxOpenings">So many openings that have not ended are the last ones.</param>
/// <param name="time">The clock.</param>
internal sealed class RoomJournal(IJournalDatabase database, AppendQueue appends, string serviceId, string owner, int maxOpenings, TimeProvider time) : IRoomJournal
{
    private const string IsRoom = "service_id = @service_id AND service = @service AND room_key = @room_key";

    // Of two who create a room at once the later one has it: who has written nothing has nothing to lose.
    private const string Create =
        $"""
        INSERT INTO gamecluster_room (service_id, service, room_key, epoch, owner, last_version, created_at)
        VALUES (@service_id, @service, @room_key, (SELECT CASE WHEN max(epoch) >= @now THEN max(epoch) + 1 ELSE @now END FROM gamecluster_room WHERE {IsRoom}), @owner, 0, @now)
        ON CONFLICT (service_id, service, room_key) WHERE closed_at IS NULL DO UPDATE
        SET epoch = CASE WHEN excluded.epoch > gamecluster_room.epoch THEN excluded.epoch ELSE gamecluster_room.epoch + 1 END, owner = excluded.owner, created_at = excluded.created_at
        WHERE gamecluster_room.last_version = 0
        RETURNING id, epoch
        """;

    private const string Open = $"UPDATE gamecluster_room SET epoch = epoch + 1, owner = @owner WHERE {IsRoom} AND closed_at IS NULL AND last_version > 0 RETURNING id, epoch, openings";
    private const string CountOpenings = "UPDATE gamecluster_room SET openings = @openings WHERE id = @id AND epoch = @epoch";
    private const string EndOpening = "UPDATE gamecluster_room SET openings = 0 WHERE id = @id";
    private const string Release = $"UPDATE gamecluster_room SET openings = 0 WHERE {IsRoom} AND closed_at IS NULL AND openings > 0";

    // Whoever may still be executing something of it is fenced.
    private const string GiveUp = $"UPDATE gamecluster_room SET closed_at = @now, epoch = epoch + 1 WHERE {IsRoom} AND closed_at IS NULL AND openings > 0";
    private const string Held = "SELECT last_version FROM gamecluster_room WHERE id = @id AND epoch = @epoch AND closed_at IS NULL";
    private const string Entries = "SELECT version, body FROM gamecluster_room_entry WHERE room = @id AND version > @version ORDER BY version LIMIT @limit";
    private const string Snapshot = "SELECT version, body FROM gamecluster_room_snapshot WHERE room = @id";

    private const string Save =
        """
        INSERT INTO gamecluster_room_snapshot (room, version, body)
        SELECT id, @version, @body FROM gamecluster_room WHERE id = @id AND epoch = @epoch AND closed_at IS NULL AND last_version >= @version
        ON CONFLICT (room) DO UPDATE SET version = excluded.version, body = excluded.body WHERE gamecluster_room_snapshot.version < excluded.version
        """;

    // The same again if its answer was lost.
    private const string Close = "UPDATE gamecluster_room SET closed_at = COALESCE(closed_at, @now) WHERE id = @id AND epoch = @epoch RETURNING id";

    private const string ListOpen =
        """
        SELECT id, service, room_key FROM gamecluster_room
        WHERE service_id = @service_id AND owner = @owner AND closed_at IS NULL AND last_version > 0 AND id > @after ORDER BY id LIMIT @limit
        """;

    private const string ListOwners = "SELECT DISTINCT owner FROM gamecluster_room WHERE service_id = @service_id AND closed_at IS NULL AND last_version > 0 ORDER BY owner";
    private const string Newest = $"SELECT id, closed_at, last_version FROM gamecluster_room WHERE {IsRoom} AND last_version > 0 ORDER BY id DESC LIMIT 1";
    private const string First = "SELECT min(version) FROM gamecluster_room_entry WHERE room = @id";

    // What a player waits for is answered within 2 s one way or the other; what may be large has longer.
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(10);

    public async ValueTask<RoomClaim?> CreateAsync(RoomName room) => await CallAsync(
        async connection =>
            (await connection.ReadAsync(Create, row => new RoomClaim(row.GetInt64(0), room, row.GetInt64(1)), [.. NameOf(room), ("owner", owner), ("now", Now)])).FirstOrDefault(),
        CallLimit);

    public async ValueTask<JournalOpening?> OpenAsync(RoomName room)
    {
        var taken = await CallAsync(
            connection => connection.ReadAsync(
                Open, row => (Claim: new RoomClaim(row.GetInt64(0), room, row.GetInt64(1)), Openings: row.GetInt32(2)), [.. NameOf(room), ("owner", owner)]),
            CallLimit);
        if (taken is not [var (claim, openings)])
        {
            return null;
        }

        if (openings >= maxOpenings)
        {
            throw new RoomStuckException($"Room {room.Key} of {room.Service} is not opened: {openings} silos before this one have begun to execute its inputs and never ended.");
        }

        // Nobody with a lower epoch can write any more, so this is all there is.
        return await CallAsync(
            async connection =>
            {
                var snapshot = (await connection.ReadAsync(Snapshot, static row => new JournalSnapshot(row.GetInt64(0), row.Bytes(1)), ("id", claim.Id))).FirstOrDefault();
                var entries = await ReadEntriesAsync(connection, claim.Id, snapshot?.Version ?? 0, long.MaxValue);
                return new JournalOpening(claim, snapshot, entries, openings);
            },
            ReadLimit);
    }

    public async ValueTask BeginOpeningAsync(JournalOpening opening)
    {
        try
        {
            await CountOpeningsAsync(opening.Claim, opening.Unended + 1);
        }
        catch (JournalUnavailableException)
        {
            // A database that is slow counts it all the same, later. This comes behind it, and nobody needs to wait for that.
            _ = CountOpeningsAsync(opening.Claim, opening.Unended).ContinueWith(static counted => counted.Exception, TaskScheduler.Default);
            throw;
        }
    }

    public async ValueTask EndOpeningAsync(RoomClaim claim) => await CallAsync(connection => connection.ChangeAsync(EndOpening, ("id", claim.Id)), CallLimit);

    public async ValueTask<bool> ReleaseAsync(RoomName room) => await CallAsync(connection => connection.ChangeAsync(Release, NameOf(room)), CallLimit) > 0;

    public async ValueTask<bool> GiveUpAsync(RoomName room) => await CallAsync(connection => connection.ChangeAsync(GiveUp, [.. NameOf(room), ("now", Now)]), CallLimit) > 0;

    public ValueTask<AppendOutcome> AppendAsync(RoomClaim claim, JournalEntry entry) => appends.AppendAsync(claim, entry);

    public async ValueTask<IReadOnlyList<JournalEntry>?> ReadTailAsync(RoomClaim claim, long version) => await CallAsync(
        async connection => await HoldsAsync(connection, claim, database.WaitForWriters) is null
            ? null
            : await ReadEntriesAsync(connection, claim.Id, version, long.MaxValue),
        CallLimit);

    public async ValueTask<bool> SaveSnapshotAsync(RoomClaim claim, JournalSnapshot snapshot) => await CallAsync(
        async connection =>
        {
            await connection.ChangeAsync(Save, ("id", claim.Id), ("epoch", claim.Epoch), ("version", snapshot.Version), ("body", snapshot.Body.ToArray()));
            var last = await HoldsAsync(connection, claim);
            return last is null || last >= snapshot.Version
                ? last is not null
                : throw new ArgumentOutOfRangeException(nameof(snapshot), $"The snapshot of room {claim.Room} is of version {snapshot.Version}, its journal ends with {last}.");
        },
        ReadLimit);

    public async ValueTask<bool> CloseAsync(RoomClaim claim) => await CallAsync(
        async connection => await connection.ReadAsync(Close, static row => row.GetInt64(0), ("id", claim.Id), ("epoch", claim.Epoch), ("now", Now)) is not [],
        CallLimit);

    public async ValueTask<IReadOnlyList<OwnedRoom>> ListOpenAsync(string owner, long after, int limit) => await CallAsync(
        async connection => await connection.ReadAsync(
            ListOpen,
            static row => new OwnedRoom(row.GetInt64(0), new RoomName(row.GetString(1), row.GetString(2))),
            ("service_id", serviceId), ("owner", owner), ("after", after), ("limit", limit)),
        ReadLimit);

    public async ValueTask<IReadOnlyList<string>> ListOwnersAsync() =>
        await CallAsync(async connection => await connection.ReadAsync(ListOwners, static row => row.GetString(0), ("service_id", serviceId)), ReadLimit);

    public async ValueTask<JournalRecording?> ReadRecordingAsync(RoomName room, long after, int limit) => await CallAsync(
        async connection =>
        {
            var found = await connection.ReadAsync(Newest, static row => (Id: row.GetInt64(0), IsOpen: row.IsDBNull(1), Last: row.GetInt64(2)), NameOf(room));
            if (found is not [var newest])
            {
                return null;
            }

            var first = await connection.ReadAsync(First, static row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), ("id", newest.Id));
            var entries = await ReadEntriesAsync(connection, newest.Id, after, limit);
            return new JournalRecording(newest.Id, room, newest.IsOpen, first[0] ?? newest.Last + 1, Math.Max(newest.Last, entries is [.., var last] ? last.Version : 0), entries);
        },
        ReadLimit);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static Task<List<JournalEntry>> ReadEntriesAsync(DbConnection connection, long room, long after, long limit) => connection.ReadAsync(
        Entries, static row => new JournalEntry(row.GetInt64(0), row.Bytes(1)), ("id", room), ("version", after), ("limit", limit));

    /// <summary>The room's last version; null if the claim is fenced.</summary>
    private static async Task<long?> HoldsAsync(DbConnection connection, RoomClaim claim, string suffix = "") =>
        await connection.ReadAsync(Held + suffix, static row => row.GetInt64(0), ("id", claim.Id), ("epoch", claim.Epoch)) is [var last] ? last : null;

    private (string, object)[] NameOf(RoomName room) => [("service_id", serviceId), ("service", room.Service), ("room_key", room.Key)];

    private async Task CountOpeningsAsync(RoomClaim claim, int openings) =>
        await CallAsync(connection => connection.ChangeAsync(CountOpenings, ("id", claim.Id), ("epoch", claim.Epoch), ("openings", openings)), CallLimit);

    private Task<T> CallAsync<T>(Func<DbConnection, Task<T>> work, TimeSpan limit) => appends.IsAway
        ? throw new JournalUnavailableException($"{database.Name} does not take entries of durable rooms at the moment.")
        : database.RunAsync(work, limit);
}
