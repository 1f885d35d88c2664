using GameCluster.Gateway.Hosting;
using Npgsql;

namespace GameCluster.Silo.Storage;

/// <summary>
/// Brings a PostgreSQL database to the schema of this build. Any number of processes may do so at once: an advisory lock lets
/// one work and the others find the work done.
/// </summary>
internal sealed class PostgreSqlMigrator(string connectionString, ILogger logger, TimeProvider time)
{
    private readonly PostgreSqlRetry _retry = new(connectionString, logger, time);
    private readonly MigrationRunner _runner = new(EmbeddedScripts.PostgreSql, logger, time);

    /// <summary>Completes when the schema is there; waits for ever for a server that does not answer or refuses the login.</summary>
    /// <exception cref="InvalidOperationException">A script was changed after it had been applied.</exception>
    /// <exception cref="PostgresException">The database refused a script; nothing of that script remains.</exception>
    public Task MigrateAsync(CancellationToken cancellationToken) => _retry.RunAsync(RunAsync, cancellationToken);

    private async Task<bool> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Released with the connection, on which ever path this ends.
        await using var wait = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('gamecluster_migration', 0))", connection);
        await wait.ExecuteNonQueryAsync(cancellationToken);
        await _runner.RunAsync(connection, cancellationToken);
        return true;
    }
}
