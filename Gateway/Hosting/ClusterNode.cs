using System.Net;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Health;
using GameCluster.Gateway.Routing;
using GameCluster.Gateway.Storage;
using GameCluster.Gateway.Watch;
using GameCluster.Placement;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Watch;
using Orleans.Configuration;
using GatewayOptions = GameCluster.Gateway.Sessions.GatewayOptions;

namespace GameCluster.Gateway.Hosting;

/// <summary>
/// Joins this process to the cluster. Gateways join as silos that host no game grains: such a process sees a silo's death with the membership
/// and calls grains where they are, while an outside client would wait for its time-out and add a hop. See docs/decisions.
/// </summary>
internal static class ClusterNode
{
    /// <summary>Adds the silo. <paramref name="roles"/> are the roles it carries, <see cref="NodeOptions.EveryService"/> already spelled out.</summary>
    public static WebApplicationBuilder AddClusterNode(this WebApplicationBuilder builder, IReadOnlyCollection<string> roles, Action<ISiloBuilder>? configure = null)
    {
        var node = builder.Configuration.GetSection(NodeOptions.SectionName).Get<NodeOptions>() ?? new NodeOptions();
        var storage = builder.Configuration.GetSection(StorageOptions.SectionName).Get<StorageOptions>() ?? new StorageOptions();
        var gateway = builder.Configuration.GetSection(GatewayOptions.SectionName).Get<GatewayOptions>() ?? new GatewayOptions();

        var watch = builder.Configuration.GetSection(WatchOptions.SectionName).Get<WatchOptions>() ?? new WatchOptions();
        if (!storage.IsEmbedded)
        {
            builder.Services.AddClusterDatabase(storage.PostgreSql);
            builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [HealthEndpoints.ReadyTag]);
        }

        builder.Services.AddSingleton<GatewayNodeClient>();
        builder.Services.AddSingleton<IngressClient>();
        builder.Services.AddSingleton<RoomHostClient>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = FailureSettings.ShutdownTimeout);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (node.ClusterId, node.ServiceId));
            silo.Configure<SiloOptions>(options => options.SiloName = NameOf(node));
            silo.UseClustering(node, storage);
            silo.UseFailureSettings(gateway.RequestTimeout, watch.WaitLimit);
            silo.UseSiloRoles(roles, ProgramVersion.Current);
            silo.AddServicePlacement();
            if (Telemetry.ExportsOtlp(builder.Configuration))
            {
                silo.AddActivityPropagation();
            }
            configure?.Invoke(silo);
        });

        // After the silo, so that it has joined when these call their first grain.
        builder.Services.AddGameRouting();
        builder.Services.AddHostedService<WatchExchange>();
        return builder;
    }

    public static string NameOf(NodeOptions node) => node.Name.Length > 0 ? node.Name : $"{Environment.MachineName}-{node.SiloPort}";

    private static void UseClustering(this ISiloBuilder silo, NodeOptions node, StorageOptions storage)
    {
        if (storage.IsEmbedded)
        {
            silo.UseLocalhostClustering(node.SiloPort, gatewayPort: 0, serviceId: node.ServiceId, clusterId: node.ClusterId);
            return;
        }

        silo.UseClusterDatabase();

        // No gateway port: nobody outside the cluster calls grains.
        if (node.AdvertisedAddress.Length > 0)
        {
            silo.ConfigureEndpoints(IPAddress.Parse(node.AdvertisedAddress), node.SiloPort, gatewayPort: 0, listenOnAnyHostAddress: false);
        }
        else
        {
            silo.ConfigureEndpoints(node.SiloPort, gatewayPort: 0);
        }

        if (node.SiloListenPort > 0)
        {
            silo.Configure<EndpointOptions>(options => options.SiloListeningEndpoint =
                new IPEndPoint(options.SiloListeningEndpoint?.Address ?? options.AdvertisedIPAddress, node.SiloListenPort));
        }
    }
}
