using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Storage;
using Microsoft.Extensions.Options;

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
            silo.AddAdoNetGrainStorage(DefaultStorage, options => (options.Invariant, options.ConnectionString) = ("Npgsql", storage.PostgreSql));
            silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", storage.PostgreSql));
        }
    }

    /// <summary>Brings the schema up to date; waits for a PostgreSQL that is not there yet.</summary>
    public static Task MigrateStorageAsync(this WebApplication app)
    {
        var storage = app.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("GameCluster.Storage");
        var time = app.Services.GetRequiredService<TimeProvider>();
        return storage.IsEmbedded
            ? new SqliteMigrator(SqliteConnection(storage), logger, time).MigrateAsync(CancellationToken.None)
            : new PostgreSqlMigrator(storage.PostgreSql, logger, time).MigrateAsync(CancellationToken.None);
    }

    private static string SqliteConnection(StorageOptions storage) => $"Data Source={Path.Combine(Path.GetFullPath(storage.DataFolder), SqliteFile)}";
}
