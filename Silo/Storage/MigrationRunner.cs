using System.Data.Common;

namespace GameCluster.Silo.Storage;

/// <summary>
/// Brings a database to the version of the given scripts: each script runs in one transaction together with its row in
/// <c>gamecluster_migration</c>, and only if it has no row yet. The SQL of that table is common to PostgreSQL and SQLite.
/// The caller sees to it that no two runners work at once, unless beginning a transaction already excludes others.
/// </summary>
internal sealed partial class MigrationRunner(IReadOnlyList<MigrationScript> scripts, ILogger logger, TimeProvider time)
{
    private const string CreateTable =
        """
        CREATE TABLE IF NOT EXISTS gamecluster_migration
        (
            version    integer     PRIMARY KEY,
            name       text        NOT NULL,
            checksum   text        NOT NULL,
            applied_at timestamptz NOT NULL
        )
        """;

    /// <exception cref="InvalidOperationException">A script was changed after it had been applied.</exception>
    /// <exception cref="DbException">The database refused a script; the scripts before it stay applied.</exception>
    public async Task RunAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using (var create = connection.CreateCommand())
        {
            create.CommandText = CreateTable;
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        while (await ApplyNextAsync(connection, cancellationToken))
        {
        }
    }

    private async Task<bool> ApplyNextAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var applied = await ReadAppliedAsync(transaction, cancellationToken);
        if (NextOf(applied, connection.Database) is not { } script)
        {
            LogResult(applied);
            return false;
        }

        await ApplyAsync(transaction, script, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogApplied(script.Name);
        return true;
    }

    private static async Task<Dictionary<int, string>> ReadAppliedAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(transaction, "SELECT version, checksum FROM gamecluster_migration");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        }

        return applied;
    }

    private MigrationScript? NextOf(Dictionary<int, string> applied, string database)
    {
        foreach (var script in scripts)
        {
            if (!applied.TryGetValue(script.Version, out var checksum))
            {
                return script;
            }

            if (checksum != script.Checksum)
            {
                throw new InvalidOperationException(
                    $"Migration script {script.Name} was applied to database '{database}' with checksum {checksum}, but this build's has "
                    + $"{script.Checksum}. An applied script must not change: restore its text and put the change into a new script.");
            }
        }

        return null;
    }

    private async Task ApplyAsync(DbTransaction transaction, MigrationScript script, CancellationToken cancellationToken)
    {
        await using var run = CreateCommand(transaction, script.Sql);
        await run.ExecuteNonQueryAsync(cancellationToken);

        await using var record = CreateCommand(transaction,
            "INSERT INTO gamecluster_migration (version, name, checksum, applied_at) VALUES (@version, @name, @checksum, @applied_at)");
        AddParameter(record, "version", script.Version);
        AddParameter(record, "name", script.Name);
        AddParameter(record, "checksum", script.Checksum);
        AddParameter(record, "applied_at", time.GetUtcNow());
        await record.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand CreateCommand(DbTransaction transaction, string sql)
    {
        var command = transaction.Connection!.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command;
    }

    private static void AddParameter(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private void LogResult(Dictionary<int, string> applied)
    {
        var (known, found) = (scripts[^1].Version, applied.Keys.Max());
        if (found > known)
        {
            LogNewer(found, known);
        }
        else
        {
            LogCurrent(found);
        }
    }

    [LoggerMessage(LogLevel.Information, "Migration script {Name} applied")]
    private partial void LogApplied(string name);

    [LoggerMessage(LogLevel.Information, "The database schema has version {Version}, as this build needs")]
    private partial void LogCurrent(int version);

    [LoggerMessage(LogLevel.Warning,
        "The database schema has version {Version}, newer than {Known} of this build: accepted, because newer schemas serve older builds")]
    private partial void LogNewer(int version, int known);
}
