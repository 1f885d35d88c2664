using System.Data.Common;
using GameCluster.Rooms.Journal;
using Microsoft.Data.Sqlite;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>The journal in a SQLite file, of a process on its own.</summary>
internal sealed class SqliteJournalDatabase(string connectionString) : IJournalDatabase
{
    // Who writes the same file besides, as grain storage does, is waited for that long; and what is safe must be on the disk.
    private const string Settings = "PRAGMA busy_timeout = 1000; PRAGMA synchronous = FULL";

    private readonly SemaphoreSlim _writing = new(1);

    public string Name => $"SQLite in {new SqliteConnectionStringBuilder(connectionString).DataSource}";

    // One statement at a time writes anyway.
    public string WaitForWriters => "";

    public async Task<IAppendConnection> ConnectAsync(CancellationToken cancellationToken) =>
        await Task.Run(async () => new SqliteAppends(await OpenAsync(), _writing), cancellationToken);

    public async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, TimeSpan limit)
    {
        try
        {
            return await Task.Run(() => RunInTurnAsync(work, limit)).WaitAsync(limit);
        }
        catch (Exception failure) when (failure is SqliteException or TimeoutException)
        {
            throw new JournalUnavailableException($"{Name} did not answer for the journal of durable rooms: {failure.Message}", failure);
        }
    }

    public Task<IAsyncDisposable?> TryBeAloneAsync() => Task.FromResult<IAsyncDisposable?>(new NobodyElse());

    public void Forget()
    {
    }

    public ValueTask DisposeAsync()
    {
        _writing.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<T> RunInTurnAsync<T>(Func<DbConnection, Task<T>> work, TimeSpan limit)
    {
        // Who has waited for too long was told that this failed: nothing may come of it any more.
        if (!await _writing.WaitAsync(limit))
        {
            throw new TimeoutException($"{Name} was busy for {limit.TotalSeconds} s.");
        }

        try
        {
            await using var connection = await OpenAsync();
            return await work(connection);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var settings = connection.CreateCommand();
        settings.CommandText = Settings;
        await settings.ExecuteNonQueryAsync();
        return connection;
    }

    private sealed class NobodyElse : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
