using GameCluster.Silo.Storage;
using GameCluster.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GameCluster.Tests.Storage;

/// <summary>Fresh databases with the schema of this build, on the shared server.</summary>
internal static class MigratedPostgres
{
    /// <summary>The connection string of a new migrated database.</summary>
    public static async Task<string> CreateAsync()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await new PostgreSqlMigrator(database, NullLogger.Instance, TimeProvider.System).MigrateAsync(CancellationToken.None);
        return database;
    }

    /// <summary>The stored queries of a new migrated database.</summary>
    public static async Task<OrleansQueries> QueriesAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(await CreateAsync()) { Pooling = false };
        return new(() => new NpgsqlConnection(settings.ConnectionString));
    }
}
