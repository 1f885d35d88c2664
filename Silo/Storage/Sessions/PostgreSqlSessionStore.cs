using GameCluster.Gateway.Storage;
using GameCluster.Sessions;
using Npgsql;
using NpgsqlTypes;

namespace GameCluster.Silo.Storage.Sessions;

/// <summary>Sessions whose client is away, in PostgreSQL.</summary>
internal sealed class PostgreSqlSessionStore : ISessionStore, IAsyncDisposable
{
    private const int MaxConnections = 4;

    // A server that crashes may lose what it was told in its last moments. That matters only for sessions whose silo dies with it, and a flush per portion is not worth that.
    private const string NoFlush = "SELECT set_config('synchronous_commit', 'off', true)";

    // In the order of ids, so that two silos do not wait for each other.
    private const string Write =
        """
        INSERT INTO gamecluster_away_session AS stored (id, service_id, owner, epoch, turn, expires_at, image)
        SELECT id, $1, $2, epoch, turn, now() + remaining * interval '1 second', image
        FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::float8[], $7::bytea[]) AS fresh (id, epoch, turn, remaining, image) ORDER BY id
        ON CONFLICT (id) DO UPDATE SET
            owner = excluded.owner, epoch = excluded.epoch, turn = excluded.turn, image = excluded.image,
            expires_at = CASE WHEN stored.epoch = excluded.epoch THEN stored.expires_at ELSE excluded.expires_at END
        WHERE (stored.epoch, stored.turn) < (excluded.epoch, excluded.turn)
        """;

    private const string Delete =
        """
        DELETE FROM gamecluster_away_session AS stored USING unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS ended (id, epoch, turn)
        WHERE stored.id = ended.id AND (stored.epoch, stored.turn) <= (ended.epoch, ended.turn)
        """;

    private const string Take =
        """
        UPDATE gamecluster_away_session SET owner = $1, turn = turn + (1::bigint << 32) WHERE id = $2 AND service_id = $3
        RETURNING epoch, turn, EXTRACT(EPOCH FROM expires_at - now())::float8, image
        """;

    // What has expired long ago is given out again only after another such while.
    private const string Adopt =
        """
        WITH orphan AS MATERIALIZED
        (
            SELECT id FROM gamecluster_away_session WHERE service_id = $1 AND (owner = ANY ($2) OR expires_at < now() - interval '10 seconds')
            ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED
        )
        UPDATE gamecluster_away_session AS stored SET owner = $4, turn = stored.turn + (1::bigint << 32), expires_at = GREATEST(stored.expires_at, now())
        FROM orphan WHERE stored.id = orphan.id RETURNING stored.id
        """;

    // Of whichever cluster it was: nobody runs it any more.
    private const string Clean =
        """
        DELETE FROM gamecluster_away_session WHERE id IN
            (SELECT id FROM gamecluster_away_session WHERE expires_at < now() - interval '1 hour' ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        """;

    private static readonly TimeSpan TakeLimit = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly PostgreSqlCalls _calls;
    private readonly string _serviceId;
    private readonly string _owner;
    private readonly DatabaseWatch _database;
    private readonly AwayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly AwayQueue _queue;

    /// <param name="connectionString">The cluster's database.</param>
    /// <param name="serviceId">Whose sessions these are.</param>
    /// <param name="owner">The silo that stores and takes them.</param>
    /// <param name="database">Says whether it is away.</param>
    /// <param name="metrics">The instruments.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public PostgreSqlSessionStore(
        string connectionString, string serviceId, SiloAddress owner, DatabaseWatch database, AwayMetrics metrics, TimeProvider time, ILogger<PostgreSqlSessionStore> logger)
    {
        _calls = new PostgreSqlCalls(connectionString, MaxConnections);
        (_serviceId, _owner, _database, _metrics, _time) = (serviceId, owner.ToParsableString(), database, metrics, time);
        _queue = new AwayQueue(WriteAsync, database, metrics, time, logger);
    }

    public void Keep(StoredSession session) => _queue.Add(new AwayChange(
        session.Id, session.Epoch, session.Turn, session.Image, _time.GetTimestamp() + (long)(session.Left.TotalSeconds * _time.TimestampFrequency), IsFirst: session.Turn == 1));

    public void Forget(SessionId session, long epoch, long turn) => _queue.Add(new AwayChange(session, epoch, turn, null, 0, IsFirst: false));

    public async ValueTask<StoredSession?> TakeAsync(SessionId session)
    {
        if (_database.Failure is not null)
        {
            return null;
        }

        var found = await _calls.RunAsync(
            connection => ReadAsync(
                connection,
                Take,
                row => new StoredSession(session, row.GetInt64(0), row.GetInt64(1), TimeSpan.FromSeconds(row.GetDouble(2)), row.GetFieldValue<byte[]>(3)),
                new NpgsqlParameter<string> { TypedValue = _owner }, new NpgsqlParameter<Guid> { TypedValue = session.Value }, new NpgsqlParameter<string> { TypedValue = _serviceId }),
            TakeLimit);
        if (found is not [var stored])
        {
            return null;
        }

        _metrics.OnTaken();
        return stored;
    }

    public async ValueTask<IReadOnlyList<SessionId>> AdoptAsync(IReadOnlyCollection<SiloAddress> gone, int limit) => await _calls.RunAsync(
        connection => ReadAsync(
            connection,
            Adopt,
            static row => new SessionId(row.GetGuid(0)),
            new NpgsqlParameter<string> { TypedValue = _serviceId },
            new NpgsqlParameter<string[]> { TypedValue = [.. gone.Select(static silo => silo.ToParsableString())] },
            new NpgsqlParameter<int> { TypedValue = limit },
            new NpgsqlParameter<string> { TypedValue = _owner }),
        Limit);

    public async ValueTask<int> CleanAsync(int limit) => await _calls.RunAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(Clean, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = limit } } };
            return await command.ExecuteNonQueryAsync();
        },
        Limit);

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _calls.DisposeAsync();
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>One round trip and one transaction.</summary>
    private Task WriteAsync(IReadOnlyList<AwayChange> portion) => _calls.RunToItsEndAsync(
        async connection =>
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(NoFlush) } };
            var images = portion.Where(static change => change.Image is not null).ToList();
            if (images.Count > 0)
            {
                batch.BatchCommands.Add(WriteOf(images));
            }

            if (images.Count < portion.Count)
            {
                batch.BatchCommands.Add(DeleteOf([.. portion.Where(static change => change.Image is null)]));
            }

            return await batch.ExecuteNonQueryAsync();
        },
        AwayQueue.WriteLimit);

    private NpgsqlBatchCommand WriteOf(List<AwayChange> images)
    {
        var now = _time.GetTimestamp();
        return new NpgsqlBatchCommand(Write)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = _serviceId },
                new NpgsqlParameter<string> { TypedValue = _owner },
                ListOf(NpgsqlDbType.Uuid, images, static image => image.Session.Value),
                ListOf(NpgsqlDbType.Bigint, images, static image => image.Epoch),
                ListOf(NpgsqlDbType.Bigint, images, static image => image.Turn),
                ListOf(NpgsqlDbType.Double, images, image => _time.GetElapsedTime(now, image.ExpiresAt).TotalSeconds),
                ListOf(NpgsqlDbType.Bytea, images, static image => image.Image!),
            },
        };
    }

    private static NpgsqlBatchCommand DeleteOf(List<AwayChange> changes) => new(Delete)
    {
        Parameters =
        {
            ListOf(NpgsqlDbType.Uuid, changes, static change => change.Session.Value),
            ListOf(NpgsqlDbType.Bigint, changes, static change => change.Epoch),
            ListOf(NpgsqlDbType.Bigint, changes, static change => change.Turn),
        },
    };

    private static NpgsqlParameter<T[]> ListOf<T>(NpgsqlDbType type, List<AwayChange> changes, Func<AwayChange, T> value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [.. changes.Select(value)] };
}
