using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GameCluster.Services;

/// <summary>Brings services into a process.</summary>
public static class GameServicesExtensions
{
    /// <summary>
    /// Hosts the services of <paramref name="assemblies"/>, and registers their <see cref="ServiceCatalog"/>. A second call adds to the first.
    /// </summary>
    /// <exception cref="ServiceCatalogException">Something is declared wrongly; the text says everything that is.</exception>
    public static IServiceCollection AddGameServices(this IServiceCollection services, params Assembly[] assemblies)
    {
        var earlier = services.Select(service => service.ServiceType == typeof(ServiceCatalog) ? service.ImplementationInstance : null)
            .OfType<ServiceCatalog>().SingleOrDefault();
        services.RemoveAll<ServiceCatalog>();
        services.AddSingleton(ServiceCatalog.Build([.. earlier?.Assemblies ?? [], .. assemblies]));
        services.TryAddSingleton<ServiceHosts>();
        return services;
    }
}
