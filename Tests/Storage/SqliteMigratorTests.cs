using GameCluster.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace GameCluster.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
internal sealed class SqliteMigratorTests
{
    private readonly CollectingLogger _logger = new();

    [Test]
    public async Task MigrateAsync_NoFolder_CreatesFileInWriteAheadMode(CancellationToken cancellationToken)
    {
        using var file = new SqliteFile();

        await Migrator(file).MigrateAsync(cancellationToken);

        Assert.That(await ScalarAsync(file, "SELECT max(version) FROM gamecluster_migration"), Is.EqualTo(EmbeddedScripts.Sqlite[^1].Version));
        Assert.That(await ScalarAsync(file, "PRAGMA journal_mode"), Is.EqualTo("wal"));
    }

    [Test]
    public async Task MigrateAsync_SecondRun_ChangesNothing(CancellationToken cancellationToken)
    {
        using var file = new SqliteFile();
        await Migrator(file).MigrateAsync(cancellationToken);
        var before = await ScalarAsync(file, "SELECT group_concat(name || checksum || applied_at) FROM gamecluster_migration");

        await Migrator(file).MigrateAsync(cancellationToken);

        Assert.That(await ScalarAsync(file, "SELECT group_concat(name || checksum || applied_at) FROM gamecluster_migration"), Is.EqualTo(before));
    }

    [Test]
    public async Task MigrateAsync_EightAtOnce_ApplyEachScriptOnce(CancellationToken cancellationToken)
    {
        using var file = new SqliteFile();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Migrator(file).MigrateAsync(cancellationToken), cancellationToken)));

        Assert.That(_logger.Lines.Count(line => line.EndsWith(" applied", StringComparison.Ordinal)), Is.EqualTo(EmbeddedScripts.Sqlite.Count));
    }

    [Test]
    public async Task MigrateAsync_ChangedScript_FailsAndNamesIt(CancellationToken cancellationToken)
    {
        using var file = new SqliteFile();
        await Migrator(file).MigrateAsync(cancellationToken);
        await ScalarAsync(file, "UPDATE gamecluster_migration SET checksum = 'other'");

        Assert.That(() => Migrator(file).MigrateAsync(cancellationToken),
            Throws.InvalidOperationException.With.Message.Contains("0001-orleans-grain-storage.sql"));
    }

    private static async Task<object?> ScalarAsync(SqliteFile file, string sql)
    {
        await using var connection = new SqliteConnection(file.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private SqliteMigrator Migrator(SqliteFile file) => new(file.ConnectionString, _logger, TimeProvider.System);
}
