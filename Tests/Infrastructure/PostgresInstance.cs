namespace GameCluster.Tests.Infrastructure;

/// <summary>One running PostgreSQL that belongs to the tests. Its address and data survive a stop and a start.</summary>
internal abstract class PostgresInstance : IAsyncDisposable
{
    /// <summary>For the superuser and the database <c>postgres</c>.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>Completes when the server accepts connections.</summary>
    public abstract Task StartAsync();

    /// <summary>Completes when the server is down.</summary>
    /// <param name="immediate">Without a checkpoint, as in a crash.</param>
    public abstract Task StopAsync(bool immediate);

    /// <summary>Freezes every process of the server: connections stay open and nothing answers.</summary>
    public abstract Task PauseAsync();

    public abstract Task ResumeAsync();

    public abstract ValueTask DisposeAsync();
}
