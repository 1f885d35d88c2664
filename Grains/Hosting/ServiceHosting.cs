using GameCluster.Migration;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Routing;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GameCluster.Hosting;

/// <summary>Makes a silo one that hosts services.</summary>
public static class ServiceHosting
{
    /// <summary>Adds the entrance for gateways' calls, the way back to clients, and what the route table needs. Services come with <c>AddGameServices</c>.</summary>
    public static ISiloBuilder AddServiceHosting(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<OwedReplies>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static services => services.GetRequiredService<OwedReplies>());
        silo.Services.AddSingleton<GatewayOutboxes>();
        silo.Services.AddSingleton<StreamOutboxes>();
        silo.Services.AddSingleton<ILaneCompletions>(static services => services.GetRequiredService<GatewayOutboxes>());
        silo.Services.AddSingleton<AllGateways>();
        silo.Services.AddSingleton<IPush, PushService>();
        silo.Services.AddSingleton<IRouteListeners, GatewayRouteListeners>();
        silo.Services.AddSingleton<LocalSessions>();
        silo.Services.AddSingleton<SessionNotices>();
        silo.Services.AddSingleton<WindowBudget>();
        silo.Services.AddSingleton<IByteBudget>(static services => services.GetRequiredService<WindowBudget>());
        silo.Services.AddSingleton<AwaySessions>();
        silo.Services.AddHostedService<AwayKeeper>();
        silo.Services.AddHostedService<GatewayWatcher>();
        silo.Services.TryAddSingleton<ClusterWatch>();
        silo.Services.TryAddSingleton<AllocationBook>();
        silo.Services.AddSingleton<TurnMetrics>();
        silo.Services.AddSingleton<TurnWatch>();
        silo.Services.AddHostedService(static services => services.GetRequiredService<TurnWatch>());
        silo.AddGrainService<Ingress>();
        silo.AddRooms();
        silo.AddMigration();
        return silo;
    }
}
