using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;

namespace GameCluster.Gateway.Storage;

/// <summary>Adds the cluster's database to a process.</summary>
internal static class StorageServiceCollectionExtensions
{
    /// <summary>The key of the pool for those that ask regularly, or whose callers stop waiting by themselves: see <see cref="DatabaseSettings.Untimed"/>.</summary>
    public const string Untimed = "untimed";

    /// <summary>Adds the pool of connections (<see cref="NpgsqlDataSource"/>) and its watch. Before the silo, which waits for the database with the watch's help.</summary>
    public static IServiceCollection AddClusterDatabase(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => NpgsqlDataSource.Create(DatabaseSettings.Of(connectionString)));
        services.AddKeyedSingleton(Untimed, (_, _) => NpgsqlDataSource.Create(DatabaseSettings.Untimed(DatabaseSettings.Of(connectionString))));
        services.AddSingleton(provider => new DatabaseWatch(
            [provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredKeyedService<NpgsqlDataSource>(Untimed)],
            connectionString,
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DatabaseWatch>>()));
        services.AddHostedService(static provider => provider.GetRequiredService<DatabaseWatch>());
        return services;
    }

    /// <summary>Keeps the members of the cluster in its database.</summary>
    public static ISiloBuilder UseClusterDatabase(this ISiloBuilder silo)
    {
        silo.UseAdoNetClustering(static options => options.Configure<IServiceProvider>(static (clustering, provider) =>
            (clustering.Invariant, clustering.DataSource) = ("Npgsql", provider.GetRequiredKeyedService<NpgsqlDataSource>(Untimed))));
        silo.Services.AddSingleton<AdoNetClusteringTable>();
        silo.Services.AddSingleton<EvictionFence>();

        // The last registration is the one that counts.
        silo.Services.AddSingleton<IMembershipTable>(static provider => new WaitingMembershipTable(
            provider.GetRequiredService<AdoNetClusteringTable>(),
            provider.GetRequiredService<DatabaseWatch>(),
            provider.GetRequiredService<EvictionFence>(),
            provider.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WaitingMembershipTable>>()));

        // Starts after the silo, which is registered by now.
        silo.Services.AddHostedService<EvictionWatch>();
        return silo;
    }
}
