using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Storage;
using GameCluster.Tests.Infrastructure;
using Npgsql;

namespace GameCluster.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
internal sealed class PostgreSqlMigratorTests
{
    private const string ReadMigrations = "SELECT string_agg(version || ' ' || name || ' ' || checksum || ' ' || applied_at, ',' ORDER BY version) FROM gamecluster_migration";

    private readonly CollectingLogger _logger = new();

    [Test]
    public void RequiredVersion_OfTheGate_IsTheNewestScript() =>
        Assert.That(EmbeddedScripts.PostgreSql.Select(script => script.Version), Is.EqualTo(Enumerable.Range(1, SchemaGate.RequiredVersion)));

    [Test]
    public async Task MigrateAsync_EmptyDatabase_AppliesEveryScriptInOrder(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();

        await Migrator(database).MigrateAsync(cancellationToken);

        var names = await ScalarAsync<string>(database, "SELECT string_agg(name, ',' ORDER BY applied_at) FROM gamecluster_migration");
        Assert.That(names, Is.EqualTo(string.Join(',', EmbeddedScripts.PostgreSql.Select(script => script.Name))));
    }

    [Test]
    public async Task MigrateAsync_SecondRun_ChangesNothing(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();
        await Migrator(database).MigrateAsync(cancellationToken);
        var before = await ScalarAsync<string>(database, ReadMigrations);

        await Migrator(database).MigrateAsync(cancellationToken);

        Assert.That(await ScalarAsync<string>(database, ReadMigrations), Is.EqualTo(before));
    }

    [Test]
    public async Task MigrateAsync_EightAtOnce_ApplyEachScriptOnce(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Migrator(database).MigrateAsync(cancellationToken), cancellationToken)));

        Assert.That(_logger.Lines.Count(line => line.EndsWith(" applied", StringComparison.Ordinal)), Is.EqualTo(EmbeddedScripts.PostgreSql.Count));
    }

    [Test]
    public async Task MigrateAsync_ChangedScript_FailsAndNamesScriptAndRemedy(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();
        await Migrator(database).MigrateAsync(cancellationToken);
        await ExecuteAsync(database, "UPDATE gamecluster_migration SET checksum = 'other' WHERE version = 2");

        Assert.That(() => Migrator(database).MigrateAsync(cancellationToken), Throws.InvalidOperationException
            .With.Message.Contains("0002-orleans-clustering.sql").And.Message.Contains("checksum other").And.Message.Contains("new script"));
    }

    [Test]
    public async Task MigrateAsync_NewerDatabase_IsAcceptedWithAWarning(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();
        await Migrator(database).MigrateAsync(cancellationToken);
        await ExecuteAsync(database, "INSERT INTO gamecluster_migration VALUES (9999, '9999-later.sql', 'unknown', now())");

        await Migrator(database).MigrateAsync(cancellationToken);

        Assert.That(_logger.Lines, Has.One.Contains("Warning").And.Contains("9999"));
    }

    [Test]
    public async Task MigrateAsync_LockHeldBySomebodyElse_WaitsForIt(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();
        Task migration;
        await using (var holder = new NpgsqlConnection(Unpooled(database)))
        {
            await holder.OpenAsync(cancellationToken);
            await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('gamecluster_migration', 0))", holder);
            await take.ExecuteNonQueryAsync(cancellationToken);

            migration = Migrator(database).MigrateAsync(cancellationToken);
            await UntilSomebodyWaitsForALockAsync(holder, cancellationToken);
            Assert.That(await ScalarAsync<bool>(database, "SELECT to_regclass('gamecluster_migration') IS NULL"), Is.True);
        }

        await migration;
        Assert.That(await ScalarAsync<bool>(database, "SELECT to_regclass('gamecluster_migration') IS NULL"), Is.False);
    }

    [Test]
    public async Task RunAsync_ScriptFailsHalfway_LeavesNothingOfItAndKeepsTheOnesBefore(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();
        var runner = new MigrationRunner(
            [new(1, "0001-good.sql", "CREATE TABLE good (id int);"), new(2, "0002-bad.sql", "CREATE TABLE half (id int); SELECT 1 / 0;")],
            _logger, TimeProvider.System);
        await using var connection = new NpgsqlConnection(Unpooled(database));
        await connection.OpenAsync(cancellationToken);

        Assert.That(() => runner.RunAsync(connection, cancellationToken), Throws.TypeOf<PostgresException>());

        Assert.That(await ScalarAsync<bool>(database, "SELECT to_regclass('good') IS NOT NULL AND to_regclass('half') IS NULL"), Is.True);
        Assert.That(await ScalarAsync<int>(database, "SELECT max(version) FROM gamecluster_migration"), Is.EqualTo(1));
    }

    [Test]
    public async Task MigrateAsync_ServerStartsLater_WaitsAndNeverLogsThePassword(CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartNewAsync();
        var database = await server.CreateDatabaseAsync();
        await server.StopAsync(immediate: true);

        var unavailable = _logger.SeesAsync("is not available yet");
        var migration = Migrator(database).MigrateAsync(cancellationToken);
        await unavailable;
        Assert.That(migration.IsCompleted, Is.False);
        await server.StartAsync();
        await migration;

        var settings = new NpgsqlConnectionStringBuilder(database);
        Assert.That(_logger.Lines, Has.Some.Contains(settings.Host!).And.Contains(settings.Database!));
        Assert.That(_logger.Lines, Has.None.Contains(settings.Password!));
    }

    [Test]
    public async Task MigrateAsync_DatabaseMissing_LogsWhatToDoAndGoesOnWhenItIsThere(CancellationToken cancellationToken)
    {
        var existing = new NpgsqlConnectionStringBuilder(await CreateDatabaseAsync());
        var missing = new NpgsqlConnectionStringBuilder(existing.ConnectionString) { Database = existing.Database + "_later" };

        var refused = _logger.SeesAsync("Error: PostgreSQL at");
        var migration = Migrator(missing.ConnectionString).MigrateAsync(cancellationToken);
        await refused;
        Assert.That(_logger.Lines, Has.Some.Contains("Create the database").And.Contains(missing.Database!));
        await ExecuteAsync(existing.ConnectionString, $"CREATE DATABASE {missing.Database} TEMPLATE template0");

        await migration;
    }

    [Test]
    public async Task MigrateAsync_WrongPassword_LogsWhatToDoUntilCancelled(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(await CreateDatabaseAsync()) { Password = "not-this-one" };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        var refused = _logger.SeesAsync("Check user and password");
        var migration = Migrator(settings.ConnectionString).MigrateAsync(stop.Token);
        await refused;
        await stop.CancelAsync();

        Assert.That(() => migration, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_logger.Lines, Has.None.Contains("not-this-one"));
    }

    [Test]
    public async Task WaitAsync_UnmigratedDatabase_OpensWhenItHasBeenMigrated(CancellationToken cancellationToken)
    {
        var database = await CreateDatabaseAsync();

        var tooOld = _logger.SeesAsync("has version 0 and must have");
        var gate = new SchemaGate(database, _logger, TimeProvider.System).WaitAsync(cancellationToken);
        await tooOld;
        Assert.That(gate.IsCompleted, Is.False);
        await Migrator(database).MigrateAsync(cancellationToken);

        await gate;
    }

    private static async Task<string> CreateDatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static string Unpooled(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    private static async Task UntilSomebodyWaitsForALockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        await using var command = new NpgsqlCommand(Waiting, connection);
        await Wait.UntilAsync(async () => (bool)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.FromSeconds(30), "somebody to wait for the lock");
    }

    private static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(connectionString));
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(connectionString));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private PostgreSqlMigrator Migrator(string connectionString) => new(connectionString, _logger, TimeProvider.System);
}
