using Microsoft.Data.Sqlite;

namespace GameCluster.Silo.Storage;

/// <summary>
/// Brings a SQLite file to the schema of this build and creates file and folder if need be. Several processes may do so at
/// once: each transaction locks the file, and waits for it as long as the connection string's time-out (30 s by default).
/// </summary>
internal sealed class SqliteMigrator(string connectionString, ILogger logger, TimeProvider time)
{
    private readonly MigrationRunner _runner = new(EmbeddedScripts.Sqlite, logger, time);

    /// <exception cref="InvalidOperationException">A script was changed after it had been applied.</exception>
    /// <exception cref="SqliteException">The file cannot be opened or refused a script; nothing of that script remains.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await UseWriteAheadLogAsync(connection, cancellationToken);
        await _runner.RunAsync(connection, cancellationToken);
    }

    private static async Task UseWriteAheadLogAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        // Kept in the file: readers and the one writer then do not wait for each other, on any later connection.
        await using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA busy_timeout = {connection.DefaultTimeout * 1000}; PRAGMA journal_mode = WAL";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
