using GameCluster.Gateway.Hosting;
using GameCluster.Gateway.Storage;
using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using GameCluster.Sessions;
using GameCluster.Silo.Storage;
using GameCluster.Silo.Storage.Journal;
using GameCluster.Silo.Storage.Sessions;
using GameCluster.Watch;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;

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

            // The last registration is the one that counts.
            silo.Services.AddKeyedSingleton<IGrainStorage>(DefaultStorage, static (provider, _) => new WatchedGrainStorage(
                AdoNetGrainStorageFactory.Create(provider, DefaultStorage), provider.GetRequiredService<DatabaseWatch>()));
            silo.UseAdoNetReminderService(static options => options.Configure<IServiceProvider>(static (reminders, provider) =>
                (reminders.Invariant, reminders.DataSource) = ("Npgsql", provider.GetRequiredKeyedService<NpgsqlDataSource>(StorageServiceCollectionExtensions.Untimed))));
            silo.Services.AddSessionStore(storage.PostgreSql);
        }

        silo.Services.AddRoomJournal(storage);
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

    /// <summary>The journal of durable rooms, in the database that everything else is in.</summary>
    private static void AddRoomJournal(this IServiceCollection services, StorageOptions storage)
    {
        services.AddOptions<RoomOptions>().BindConfiguration(RoomOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IJournalDatabase>(_ => storage.IsEmbedded ? new SqliteJournalDatabase(SqliteConnection(storage)) : new PostgreSqlJournalDatabase(storage.PostgreSql));
        services.AddSingleton<JournalMetrics>();
        services.AddSingleton(static provider => new AppendQueue(
            provider.GetRequiredService<IJournalDatabase>(),
            provider.GetRequiredService<JournalMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AppendQueue>>()));
        services.AddSingleton<IRoomJournal>(static provider => new RoomJournal(
            provider.GetRequiredService<IJournalDatabase>(),
            provider.GetRequiredService<AppendQueue>(),
            provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId,
            provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(),
            provider.GetRequiredService<IOptions<WatchOptions>>().Value.DeathsBeforeQuarantine,
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<JournalStart>();
        services.AddHostedService<JournalCleaner>();
    }

    /// <summary>Only a cluster has use of it: in a process on its own, whoever could go on with a session is gone with it.</summary>
    private static void AddSessionStore(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton<AwayMetrics>();
        services.AddSingleton<ISessionStore>(provider => new PostgreSqlSessionStore(
            connectionString,
            provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId,
            provider.GetRequiredService<ILocalSiloDetails>().SiloAddress,
            provider.GetRequiredService<DatabaseWatch>(),
            provider.GetRequiredService<AwayMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PostgreSqlSessionStore>>()));
    }

    private static string SqliteConnection(StorageOptions storage) => $"Data Source={Path.Combine(Path.GetFullPath(storage.DataFolder), SqliteFile)}";
}
