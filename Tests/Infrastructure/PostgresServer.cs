using System.Collections.Concurrent;

namespace GameCluster.Tests.Infrastructure;

/// <summary>
/// A real PostgreSQL for tests: the one that <see cref="ConnectionStringVariable"/> names, else one started from a local
/// installation, else one in a container. Without any of them the asking test is ignored, or fails where the environment
/// variable CI is <c>true</c>.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>A connection string for a user who may create databases.</summary>
    public const string ConnectionStringVariable = "GAMECLUSTER_TEST_POSTGRES";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartSharedAsync);

    private readonly string _connectionString;
    private readonly PostgresInstance? _instance;
    private readonly ConcurrentBag<string> _databases = [];

    private PostgresServer(string connectionString, PostgresInstance? instance)
    {
        _connectionString = connectionString;
        _instance = instance;
    }

    /// <summary>The server that all tests of a run share. Nobody may stop or pause it.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>A server of the test's own, which may be stopped, started and paused.</summary>
    /// <param name="durable">With fsync: nothing acknowledged may be lost in a crash of the machine.</param>
    public static async Task<PostgresServer> StartNewAsync(bool durable = false)
    {
        var instance = await PostgresInstance.TryStartNewAsync(durable) ?? throw Missing();
        return new(instance.ConnectionString, instance);
    }

    /// <summary>Ends the shared server, if there was need of one.</summary>
    public static async Task DisposeSharedAsync()
    {
        if (Shared.IsValueCreated && Shared.Value.IsCompletedSuccessfully)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        var connectionString = await PostgresDatabase.CreateAsync(_connectionString, name);
        _databases.Add(name);
        return connectionString;
    }

    /// <inheritdoc cref="PostgresInstance.StartAsync"/>
    public Task StartAsync() => Instance.StartAsync();

    /// <inheritdoc cref="PostgresInstance.StopAsync"/>
    public Task StopAsync(bool immediate = false) => Instance.StopAsync(immediate);

    /// <inheritdoc cref="PostgresInstance.PauseAsync"/>
    public Task PauseAsync() => Instance.PauseAsync();

    /// <inheritdoc cref="PostgresInstance.ResumeAsync"/>
    public Task ResumeAsync() => Instance.ResumeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_instance is not null)
        {
            await _instance.DisposeAsync();
            return;
        }

        foreach (var database in _databases)
        {
            await PostgresDatabase.DropAsync(_connectionString, database);
        }
    }

    private PostgresInstance Instance =>
        _instance ?? throw new InvalidOperationException($"The server of {ConnectionStringVariable} is not ours: use {nameof(StartNewAsync)}.");

    private static async Task<PostgresServer> StartSharedAsync() =>
        Environment.GetEnvironmentVariable(ConnectionStringVariable) is { Length: > 0 } given
            ? new(given, null)
            : await StartNewAsync();

    private static ResultStateException Missing()
    {
        const string Reason = $"This test needs PostgreSQL: set {ConnectionStringVariable} to a connection string, install PostgreSQL, or start Docker.";
        return Environment.GetEnvironmentVariable("CI") == "true" ? new AssertionException(Reason) : new IgnoreException(Reason);
    }
}
