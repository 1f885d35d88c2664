using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GameCluster.Silo.Hosting;

/// <summary>Grain storage and reminders: in PostgreSQL for a cluster, in a SQLite file for a process on its own.</summary>
internal static class StorageHost
{
    private const string DefaultStorage = "Default";
    private const string SqliteFile = "gamecluster.db";

    public static void UseClusterStorage(this ISiloBuilder silo, IConfiguration configuration)
    {
        var storage = configuration.GetSection(StorageOptions.SectionName).Get<StorageOptions>() ?? new StorageOptions();
        if (storage.IsEmbedded)
        {
            silo.AddAdoNetGrainStorage(DefaultStorage, options => (options.Invariant, options.ConnectionString) = ("System.Data.SQLite", SqliteConnection(storage)));
            silo.UseInMemoryReminderService();
        }
        else
        {
            silo.AddAdoNetGrainStorage(DefaultStorage, static options => options.Configure<NpgsqlDataSource>(static (storage, database) =>
                (storage.Invariant, storage.DataSource) = ("Npgsql", database)));
            silo.UseAdoNetReminderService(static options => options.Configure<NpgsqlDataSource>(static (reminders, database) =>
                (reminders.Invariant, reminders.DataSource) = ("Npgsql", database)));
        }
    }

    /// <summary>Brings the schema up to date; waits for a PostgreSQL that is not there yet.</summary>
    public static Task MigrateStorageAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        var storage = app.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("GameCluster.Storage");
        var time = app.Services.GetRequiredService<TimeProvider>();
        return storage.IsEmbedded
            ? new SqliteMigrator(SqliteConnection(storage), logger, time).MigrateAsync(cancellationToken)
            : new PostgreSqlMigrator(storage.PostgreSql, logger, time).MigrateAsync(cancellationToken);
    }

    private static string SqliteConnection(StorageOptions storage) => $"Data Source={Path.Combine(Path.GetFullPath(storage.DataFolder), SqliteFile)}";
}
