namespace GameCluster.Silo.Storage.Journal;

/// <summary>The connection that appends. One call at a time; not used any more after one that failed.</summary>
internal interface IAppendConnection : IAsyncDisposable
{
    /// <summary>
    /// Writes the entries of a batch, at most one per room, and completes each. Entries that it leaves open are not written, as somebody held their room's row: they may be sent again.
    /// </summary>
    /// <exception cref="NotWrittenException">Nothing of what is still open was written. After any other exception it may have been.</exception>
    Task AppendAsync(IReadOnlyList<PendingAppend> batch);

    /// <summary>Completes when the database answers.</summary>
    Task PingAsync();
}
