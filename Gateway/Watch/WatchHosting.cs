using System.Diagnostics.Metrics;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GameCluster.Gateway.Watch;

/// <summary>What every process does against harm.</summary>
internal static class WatchHosting
{
    private const string MeterName = "GameCluster.Memory";

    public static void AddWatch(this IServiceCollection services)
    {
        services.AddOptions<WatchOptions>().BindConfiguration(WatchOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<ClusterWatch>();
        services.TryAddSingleton<AllocationBook>();
        services.AddSingleton<MemoryGuard>();
        services.AddHostedService(static provider => provider.GetRequiredService<MemoryGuard>());
    }

    /// <summary>Shows how far this process is from its limit, and what is in quarantine.</summary>
    public static void ObserveWatch(this IServiceProvider services)
    {
        var meter = services.GetRequiredService<IMeterFactory>().Create(MeterName);
        var (guard, watch) = (services.GetRequiredService<MemoryGuard>(), services.GetRequiredService<ClusterWatch>());
        meter.CreateObservableGauge("gamecluster.memory.used", static () => MemoryGuard.Used, "By", "Memory this process uses");
        meter.CreateObservableGauge("gamecluster.memory.limit", () => guard.Limit, "By", "Memory beyond which it takes nothing new");
        meter.CreateObservableGauge("gamecluster.quarantine", () => watch.Count, "{grain}", "Grains in quarantine, as this process knows");
    }
}
