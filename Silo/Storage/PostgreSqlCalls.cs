using System.Diagnostics;
using GameCluster.Gateway.Storage;
using Npgsql;

namespace GameCluster.Silo.Storage;

/// <summary>
/// Statements on a few connections, for callers that stop waiting by themselves. Nothing here waits on Npgsql's own time-outs: it would send a request to cancel, and block a thread until a
/// server that may be frozen takes it. What takes too long is left to itself, and given back or closed when it ends.
/// </summary>
internal sealed class PostgreSqlCalls : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _connections;

    public PostgreSqlCalls(string connectionString, int maxConnections)
    {
        _settings = DatabaseSettings.Untimed(DatabaseSettings.Of(connectionString));
        (_settings.Enlist, _settings.MinPoolSize, _settings.MaxPoolSize) = (false, 0, maxConnections);
        _connections = NpgsqlDataSource.Create(_settings);
    }

    /// <summary>Which database this is, for the log; without user and password.</summary>
    public string Name => $"PostgreSQL at {_settings.Host} (database {_settings.Database})";

    /// <summary>For a connection of its own.</summary>
    public string Unpooled => new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false }.ConnectionString;

    /// <summary>Runs statements that may be run twice. Throws <see cref="TimeoutException"/> after <paramref name="limit"/>, and what Npgsql throws. What was sent by then may be done all the same, later.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, TimeSpan limit)
    {
        var run = RunToItsEndAsync(work, limit);
        try
        {
            return await run.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            _ = run.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>The same for a caller that wants to know when nothing more can come of it: it ends when the server has answered or the connection is broken, but nothing is begun after <paramref name="limit"/>.</summary>
    public async Task<T> RunToItsEndAsync<T>(Func<NpgsqlConnection, Task<T>> work, TimeSpan limit)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            return await RunOnceAsync(work, startedAt, limit);
        }
        catch (NpgsqlException failure) when (failure is not PostgresException { InvariantSeverity: "ERROR" })
        {
            // A connection that was idle may turn out to be dead: then once more, on another.
            Forget();
            return await RunOnceAsync(work, startedAt, limit);
        }
    }

    /// <summary>Drops idle connections: the server they led to is gone.</summary>
    public void Forget() => _connections.Clear();

    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private async Task<T> RunOnceAsync<T>(Func<NpgsqlConnection, Task<T>> work, long startedAt, TimeSpan limit)
    {
        await using var connection = await _connections.OpenConnectionAsync();

        // Done now, it would come behind what was asked since by somebody who was told that this failed.
        return Stopwatch.GetElapsedTime(startedAt) < limit
            ? await work(connection)
            : throw new TimeoutException($"{Name} gave no connection within {limit.TotalSeconds} s.");
    }
}
