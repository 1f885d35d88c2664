using System.Diagnostics;
using GameCluster.Sessions;
using GameCluster.Silo.Storage;
using GameCluster.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GameCluster.Tests.Storage.Sessions;

/// <summary>Sessions whose client goes away while PostgreSQL is stopped or frozen.</summary>
[CancelAfter(120_000)]
internal sealed class SessionStoreOutageTests
{
    private const int MaxWaiting = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private PostgresServer _server;
    private string _database;
    private StoreSilo _silo;

    [OneTimeSetUp]
    public async Task StartServerAsync()
    {
        _server = await PostgresServer.StartNewAsync();
        _database = await _server.CreateDatabaseAsync();
        await new PostgreSqlMigrator(_database, NullLogger.Instance, TimeProvider.System).MigrateAsync(CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task StopServerAsync() => await _server.DisposeAsync();

    [SetUp]
    public async Task SetUpAsync() => _silo = await StoreSilo.StartAsync(_database);

    [TearDown]
    public async Task TearDownAsync() => await _silo.DisposeAsync();

    [Test]
    public async Task Keep_WhileTheServerIsAway_WaitsWithinBoundsAndIsStoredOnItsReturn([Values] bool frozen)
    {
        var back = Image(SessionId.Create());
        _silo.Store.Keep(back);
        await Wait.UntilAsync(async () => await CountAsync(back.Id) == 1, Patience, "the first to be stored");
        await (frozen ? _server.PauseAsync() : _server.StopAsync(immediate: true));
        await Wait.UntilAsync(() => _silo.IsDatabaseAway, Patience, "the outage to be noticed");

        var clock = Stopwatch.StartNew();
        var (quick, away) = (SessionId.Create(), SessionId.Create());
        _silo.Store.Keep(Image(away));
        _silo.Store.Forget(back.Id, 2, 1);
        _silo.Store.Keep(Image(quick));
        _silo.Store.Forget(quick, 2, 1);
        for (var i = 0; i < MaxWaiting + 300; i++)
        {
            _silo.Store.Keep(Image(SessionId.Create()));
        }

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)), "nobody waits for the database");
        Assert.That(await _silo.Store.TakeAsync(back.Id), Is.Null);
        Assert.That(_silo.Dropped, Is.InRange(1, 310), "those beyond the bound");

        await Wait.UntilAsync(() => _silo.Logger.Lines.Any(static line => line.Contains("not stored", StringComparison.Ordinal)), Patience, "the log to say so");
        await (frozen ? _server.ResumeAsync() : _server.StartAsync());
        await Wait.UntilAsync(async () => await CountAsync(away) == 1 && await CountAsync(back.Id) == 0, Patience, "what waited to be done");
        await Wait.UntilAsync(() => _silo.Portions.Sum() >= MaxWaiting - 10, Patience, "all that waited to be done");
        Assert.That(await CountAsync(quick), Is.Zero, "who was back before it was stored");
        Assert.That(_silo.Logger.Lines.Count(static line => line.Contains("not stored", StringComparison.Ordinal)), Is.EqualTo(1), "an outage is one line");
        Assert.That(_silo.Logger.Lines.Count(static line => line.Contains("stored again", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Forget_BehindAWriteThatWasGivenUpAndIsDoneLater_LeavesNothing()
    {
        var session = SessionId.Create();
        await using var held = await ConnectAsync();
        await RunAsync(held, $"""
            CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NEW; END $$;
            CREATE TRIGGER waits BEFORE INSERT ON gamecluster_away_session FOR EACH ROW WHEN (NEW.id = '{session}') EXECUTE FUNCTION wait_for_the_test();
            SELECT pg_advisory_lock(77)
            """);

        _silo.Store.Keep(Image(session));
        await Wait.UntilAsync(async () => await WaitingAsync(held) == 1, Patience, "the session to be written");
        _silo.Store.Forget(session, 1, 1);
        await Wait.UntilAsync(() => _silo.Portions.Length > 0, Patience, "the write to be given up, and the session to be deleted");
        await RunAsync(held, "SELECT pg_advisory_unlock(77)");

        await Wait.UntilAsync(() => _silo.Portions.Length > 1, Patience, "the session to be deleted once more, as it has been written after all");
        Assert.That(await CountAsync(session), Is.Zero);
    }

    private static StoredSession Image(SessionId session) => new(session, 1, 1, TimeSpan.FromMinutes(5), new byte[100]);

    private static Task<long> WaitingAsync(NpgsqlConnection connection) => ScalarAsync(connection, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> CountAsync(SessionId session)
    {
        await using var connection = await ConnectAsync();
        return await ScalarAsync(connection, $"SELECT count(*) FROM gamecluster_away_session WHERE id = '{session}'");
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
