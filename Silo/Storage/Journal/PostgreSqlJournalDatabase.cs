using System.Data.Common;
using System.Net.Sockets;
using GameCluster.Gateway.Storage;
using GameCluster.Rooms.Journal;
using Npgsql;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>
/// The journal in PostgreSQL. Nothing here waits on Npgsql's own time-outs: it would send a request to cancel, and block a thread until a server that may be frozen takes it. What
/// takes too long is left to itself, and given back or closed when it ends.
/// </summary>
internal sealed class PostgreSqlJournalDatabase : IJournalDatabase
{
    private const int MaxConnections = 8;

    /// <summary>To be the cleaner: a connection and one statement.</summary>
    private static readonly TimeSpan AloneLimit = TimeSpan.FromSeconds(DatabaseSettings.ConnectTimeoutSeconds + DatabaseSettings.CommandTimeoutSeconds);

    private readonly NpgsqlDataSource _calls;
    private readonly string _single;
    private readonly NpgsqlConnectionStringBuilder _settings;

    public PostgreSqlJournalDatabase(string connectionString)
    {
        _settings = DatabaseSettings.Untimed(DatabaseSettings.Of(connectionString));
        (_settings.Enlist, _settings.MinPoolSize, _settings.MaxPoolSize) = (false, 0, MaxConnections);
        _calls = NpgsqlDataSource.Create(_settings);
        _single = new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false }.ConnectionString;
    }

    public string Name => $"PostgreSQL at {_settings.Host} (database {_settings.Database})";

    public string WaitForWriters => " FOR SHARE";

    public async Task<IAppendConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        var ready = PostgreSqlAppends.CreateAsync(connection);
        try
        {
            return await ready.WaitAsync(cancellationToken);
        }
        catch
        {
            _ = CloseAfterAsync(ready, connection);
            throw;
        }
    }

    public async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, TimeSpan limit)
    {
        var run = RunTwiceAsync(work);
        try
        {
            return await run.WaitAsync(limit);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or SocketException or IOException)
        {
            _ = run.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
            throw new JournalUnavailableException($"{Name} did not answer for the journal of durable rooms: {failure.Message}", failure);
        }
    }

    public async Task<IAsyncDisposable?> TryBeAloneAsync()
    {
        using var limit = new CancellationTokenSource(AloneLimit);
        var connection = await OpenAsync(limit.Token);

        // Held until the connection ends. Two clusters on one database need not wait for each other, but may.
        await using var alone = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended('gamecluster_room_cleaner', 0))", connection);
        var answer = alone.ExecuteScalarAsync();
        try
        {
            if (await answer.WaitAsync(AloneLimit) is true)
            {
                return connection;
            }
        }
        catch
        {
            _ = CloseAfterAsync(answer, connection);
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public void Forget() => _calls.Clear();

    public ValueTask DisposeAsync() => _calls.DisposeAsync();

    /// <summary>A connection that was idle may turn out to be dead: then once more, on another.</summary>
    private async Task<T> RunTwiceAsync<T>(Func<DbConnection, Task<T>> work)
    {
        try
        {
            return await RunOnceAsync(work);
        }
        catch (NpgsqlException failure) when (failure is not PostgresException { InvariantSeverity: "ERROR" })
        {
            _calls.Clear();
            return await RunOnceAsync(work);
        }
    }

    private async Task<T> RunOnceAsync<T>(Func<DbConnection, Task<T>> work)
    {
        await using var connection = await _calls.OpenConnectionAsync();
        return await work(connection);
    }

    private static async Task CloseAfterAsync(Task call, NpgsqlConnection connection)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_single);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
