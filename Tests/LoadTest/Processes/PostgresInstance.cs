namespace GameCluster.LoadTest.Processes;

/// <summary>One running PostgreSQL of our own. Its address and data survive a stop and a start.</summary>
internal abstract class PostgresInstance : IAsyncDisposable
{
    /// <summary>For the superuser and the database <c>postgres</c>.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>Starts one: from a local installation, else in a container. Null if there is neither.</summary>
    /// <param name="durable">With fsync: nothing acknowledged may be lost in a crash of the machine.</param>
    public static async Task<PostgresInstance?> TryStartNewAsync(bool durable) => PostgresBinaries.Find() is { } binaries
        ? await PostgresLocalInstance.CreateAsync(binaries, durable)
        : await PostgresContainerInstance.TryCreateAsync(durable);

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
