using GameCluster.Rooms.Journal;
using Npgsql;
using NpgsqlTypes;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>Appends a batch with one statement, which is one transaction and one flush of PostgreSQL's log.</summary>
internal sealed class PostgreSqlAppends : IAppendConnection
{
    // What is safe must be on the disk, whatever the server's default. The plan must not depend on how small the tables were when it was made.
    private const string Settings =
        """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off
        """;

    // A row that somebody holds is passed over instead of waited for: one room cannot hold up the others, nor can two batches wait for each other.
    // A row that changed since the statement began is looked at as it is now, so the epoch that counts is the one stored when the row is locked.
    private const string Append =
        """
        WITH entry AS MATERIALIZED
        (
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[]) AS e (room, epoch, version, body)
        ),
        free AS MATERIALIZED
        (
            SELECT id FROM gamecluster_room WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED
        ),
        moved AS
        (
            UPDATE gamecluster_room AS r SET last_version = e.version
            FROM entry AS e JOIN free AS f ON f.id = e.room
            WHERE r.id = e.room AND r.epoch = e.epoch AND r.last_version = e.version - 1 AND r.closed_at IS NULL
            RETURNING r.id, e.version, e.body
        )
        INSERT INTO gamecluster_room_entry (room, version, body) SELECT id, version, body FROM moved RETURNING room
        """;

    private const string Look = "SELECT id, epoch, last_version FROM gamecluster_room WHERE id = ANY ($1) AND closed_at IS NULL";

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _append;
    private readonly NpgsqlParameter<long[]> _rooms = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<long[]> _epochs = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<long[]> _versions = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<ReadOnlyMemory<byte>[]> _bodies = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    private PostgreSqlAppends(NpgsqlConnection connection)
    {
        _connection = connection;
        _append = new NpgsqlCommand(Append, connection) { Parameters = { _rooms, _epochs, _versions, _bodies } };
    }

    /// <summary>Makes an open connection one that appends.</summary>
    /// <exception cref="NpgsqlException">The server does not take entries.</exception>
    public static async Task<PostgreSqlAppends> CreateAsync(NpgsqlConnection connection)
    {
        await using (var settings = new NpgsqlCommand(Settings, connection))
        {
            await settings.ExecuteNonQueryAsync();
        }

        var appends = new PostgreSqlAppends(connection);
        await appends._append.PrepareAsync();
        return appends;
    }

    public async Task AppendAsync(IReadOnlyList<PendingAppend> batch)
    {
        try
        {
            if (await WriteAsync(batch) < batch.Count)
            {
                await SettleAsync([.. batch.Where(static pending => !pending.IsDone)]);
            }
        }
        catch (PostgresException refusal) when (refusal.InvariantSeverity == "ERROR")
        {
            // The statement was rolled back. At FATAL and PANIC it may have been committed before.
            throw new NotWrittenException(refusal.MessageText, refusal);
        }
    }

    public async Task PingAsync()
    {
        await using var ping = new NpgsqlCommand("SELECT 1", _connection);
        await ping.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _append.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<int> WriteAsync(IReadOnlyList<PendingAppend> batch)
    {
        _rooms.TypedValue = [.. batch.Select(static pending => pending.Claim.Id)];
        _epochs.TypedValue = [.. batch.Select(static pending => pending.Claim.Epoch)];
        _versions.TypedValue = [.. batch.Select(static pending => pending.Entry.Version)];
        _bodies.TypedValue = [.. batch.Select(static pending => pending.Entry.Body)];
        var written = new HashSet<long>(batch.Count);
        await using (var reader = await _append.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                written.Add(reader.GetInt64(0));
            }
        }

        // Not before the end of the answer: the rows are sent before the transaction is committed.
        foreach (var pending in batch)
        {
            if (written.Contains(pending.Claim.Id))
            {
                pending.Complete(AppendOutcome.Appended);
            }
        }

        return written.Count;
    }

    /// <summary>Finds out why entries were not written. Those whose row is as it should be were passed over, and stay open.</summary>
    private async Task SettleAsync(IReadOnlyList<PendingAppend> unwritten)
    {
        var rooms = new Dictionary<long, (long Epoch, long LastVersion)>();
        try
        {
            await using var look = new NpgsqlCommand(Look, _connection) { Parameters = { new() { Value = unwritten.Select(static pending => pending.Claim.Id).ToArray() } } };
            await using var reader = await look.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rooms.Add(reader.GetInt64(0), (reader.GetInt64(1), reader.GetInt64(2)));
            }
        }
        catch (NpgsqlException failure)
        {
            throw new NotWrittenException(failure.Message, failure);
        }

        foreach (var pending in unwritten)
        {
            if (!rooms.TryGetValue(pending.Claim.Id, out var room) || room.Epoch != pending.Claim.Epoch)
            {
                pending.Complete(AppendOutcome.Fenced);
            }
            else if (room.LastVersion != pending.Entry.Version - 1)
            {
                pending.Complete(AppendOutcome.Behind);
            }
        }
    }
}
