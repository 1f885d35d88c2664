using Npgsql;

namespace GameCluster.Gateway.Hosting;

/// <summary>
/// Holds a process that does not migrate the database back until another one has. A newer schema than this build knows lets it
/// pass, so that a gateway can be rolled back.
/// </summary>
internal sealed partial class SchemaGate(string connectionString, ILogger logger, TimeProvider time)
{
    /// <summary>The number of the newest migration script that this build relies on.</summary>
    public const int RequiredVersion = 7;

    private readonly PostgreSqlRetry _retry = new(connectionString, logger, time);

    /// <summary>
    /// Completes when the schema has at least <see cref="RequiredVersion"/>; waits for ever, also for the server itself.
    /// </summary>
    /// <exception cref="PostgresException">The connection may not read the table of migrations.</exception>
    public Task WaitAsync(CancellationToken cancellationToken) => _retry.RunAsync(IsOpenAsync, cancellationToken);

    private async Task<bool> IsOpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var version = await ReadVersionAsync(connection, cancellationToken);
        if (version >= RequiredVersion)
        {
            return true;
        }

        LogTooOld(connection.Host, connection.Database, version, RequiredVersion);
        return false;
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT COALESCE(max(version), 0) FROM gamecluster_migration", connection);
            return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }

    [LoggerMessage(LogLevel.Information,
        "The schema of PostgreSQL at {Host}, database {Database}, has version {Version} and must have {Required}: start a silo that migrates it. Waiting")]
    private partial void LogTooOld(string? host, string database, int version, int required);
}
