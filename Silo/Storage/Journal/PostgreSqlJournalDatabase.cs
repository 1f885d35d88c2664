using System.Data.Common;
using System.Net.Sockets;
using GameCluster.Gateway.Storage;
using GameCluster.Rooms.Journal;
using Npgsql;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>The journal in PostgreSQL.</summary>
internal sealed class PostgreSqlJournalDatabase(string connectionString) : IJournalDatabase
{
    private const int MaxConnections = 8;

    /// <summary>To be the cleaner: a connection and one statement.</summary>
    private static readonly TimeSpan AloneLimit = TimeSpan.FromSeconds(DatabaseSettings.ConnectTimeoutSeconds + DatabaseSettings.CommandTimeoutSeconds);

    private readonly PostgreSqlCalls _calls = new(connectionString, MaxConnections);

    public string Name => _calls.Name;

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
            _ = connection.CloseAfterAsync(ready);
            throw;
        }
    }

    public async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, TimeSpan limit)
    {
        try
        {
            return await _calls.RunAsync(connection => work(connection), limit);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or SocketException or IOException)
        {
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
            _ = connection.CloseAfterAsync(answer);
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public void Forget() => _calls.Forget();

    public ValueTask DisposeAsync() => _calls.DisposeAsync();

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_calls.Unpooled);
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
