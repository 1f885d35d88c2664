using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GameCluster.Gateway.Routing;

/// <summary>Registers routing. Each may be called more than once.</summary>
internal static class RoutingServiceCollectionExtensions
{
    /// <summary>For a gateway: the table in force, kept up to date. The process must be a silo.</summary>
    public static IServiceCollection AddGameRouting(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RouteTableSource>();
        return services.AddHostedService<RouteTableRefresher>();
    }

    /// <summary>For any process that reads routes from a file, see <see cref="RouteOptions.File"/>.</summary>
    public static IServiceCollection AddGameRouteConfiguration(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<RouteOptions>().BindConfiguration(RouteOptions.SectionName);
        return services.AddHostedService<RouteConfiguration>();
    }
}
