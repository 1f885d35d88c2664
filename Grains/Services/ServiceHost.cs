using System.Collections.Concurrent;
using GameCluster.Migration;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GameCluster.Services;

/// <summary>What all activations of a service in this process share.</summary>
internal sealed record ServiceHost(
    ServiceDefinition Service, ServiceJson Json, TimeProvider Clock, ILogger Logger, SiloAddress Silo, ILaneCompletions Completions, CancellationToken Stopping,
    TurnWatch? Watch = null);

/// <summary>The hosts of this process, each made for its first activation.</summary>
internal sealed class ServiceHosts(
    ServiceCatalog catalog, ILoggerFactory loggers, ILocalSiloDetails silo, ILaneCompletions completions, IServiceProvider services)
{
    private readonly ConcurrentDictionary<Type, ServiceHost> _hosts = new();

    public static ServiceHost Find(IServiceProvider services, Type grainClass)
    {
        var hosts = services.GetService<ServiceHosts>() ?? throw new InvalidOperationException(
            $"{grainClass} is a service, but this silo has no services. Call AddGameServices with its assembly, {grainClass.Assembly.GetName().Name}.");
        return hosts._hosts.GetOrAdd(grainClass, hosts.Create);
    }

    private ServiceHost Create(Type grainClass) => new(
        catalog.Find(grainClass),
        ServiceJson.For(grainClass.Assembly),
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        loggers.CreateLogger(grainClass),
        silo.SiloAddress,
        completions,
        services.GetService<HandlerStop>()?.Token ?? CancellationToken.None,
        services.GetService<TurnWatch>());
}
