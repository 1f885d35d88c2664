using GameCluster.Placement;
using GameCluster.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace GameCluster.Tests.Routing;

/// <summary>One silo that hosts the route grain.</summary>
internal sealed class RouteCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private RouteCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public RecordingListeners Listeners { get; } = new();

    public FaultyStorage Storage => (FaultyStorage)Services.GetRequiredKeyedService<IGrainStorage>("Default");

    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public IRouteGrain Routes => Grains.GetGrain<IRouteGrain>(IRouteGrain.Key);

    public static async Task<RouteCluster> StartAsync()
    {
        RouteCluster? started = null;
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddServicePlacement().AddMemoryGrainStorage("memory");
            silo.Services.AddKeyedSingleton<IGrainStorage>("Default", (services, _) => new FaultyStorage(services.GetRequiredKeyedService<IGrainStorage>("memory")));
            silo.Services.AddSingleton<IRouteListeners>(_ => started!.Listeners);
        });
        started = new RouteCluster(builder.Build());
        await started._cluster.DeployAsync();
        return started;
    }

    public Task DeactivateAsync() => _cluster.DeactivateAsync(Routes);

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
