using System.Data.Common;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>What differs between the databases that a journal can be kept in.</summary>
internal interface IJournalDatabase : IAsyncDisposable
{
    /// <summary>Which database this is, for the log; without user and password.</summary>
    string Name { get; }

    /// <summary>What ends a <c>SELECT</c> so that it waits for those who are writing the row.</summary>
    string WaitForWriters { get; }

    /// <summary>Logs in to append.</summary>
    Task<IAppendConnection> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Runs statements on a connection of their own. They may be run twice.</summary>
    /// <exception cref="GameCluster.Rooms.Journal.JournalUnavailableException">It did not answer within <paramref name="limit"/>, or the connection broke.</exception>
    Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, TimeSpan limit);

    /// <summary>Sees to it that no other process does what only one should, until what is returned is disposed of. Null: another one does.</summary>
    Task<IAsyncDisposable?> TryBeAloneAsync();

    /// <summary>Drops idle connections: the server they led to is gone.</summary>
    void Forget();
}
