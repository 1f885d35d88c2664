using System.Reflection;
using GameCluster.Gateway.Health;
using GameCluster.Gateway.Hosting;
using GameCluster.Gateway.Routing;
using GameCluster.Gateway.Sessions;
using GameCluster.Hosting;
using GameCluster.Services;
using Orleans.Serialization;

namespace GameCluster.Silo.Hosting;

/// <summary>A process that hosts game services and, as its roles say, takes clients too.</summary>
internal static class SiloHost
{
    private const string DefaultRoles = $"{NodeOptions.GatewayRole},{NodeOptions.EveryService}";

    public static WebApplicationBuilder AddGameSilo(this WebApplicationBuilder builder)
    {
        var node = builder.Configuration.GetSection(NodeOptions.SectionName).Get<NodeOptions>() ?? new NodeOptions();
        var loaded = ServiceAssemblies.Load(node);
        AddServices(builder.Services, [typeof(ServiceGrain).Assembly, .. loaded]);
        var roles = ExpandRoles(node, CatalogOf(builder.Services));
        var takesClients = roles.Contains(NodeOptions.GatewayRole);

        builder.AddNodeHost(takesClients);
        builder.AddClusterNode(roles, silo =>
        {
            silo.AddServiceHosting();
            silo.AddGeneratedCode(loaded);
            silo.UseClusterStorage(builder.Configuration);
        });
        builder.Services.AddHostedService<CatalogReporter>();
        builder.Services.AddGameRouteConfiguration();
        if (takesClients)
        {
            builder.AddGateway();
            builder.Services.AddHostedService<Banner>();
        }

        return builder;
    }

    public static WebApplication UseGameSilo(this WebApplication app)
    {
        if (app.Services.GetService<GatewayState>() is not null)
        {
            app.UseGateway();
        }

        return app.UseNodeHost();
    }

    /// <summary>Brings the storage up to date, then runs until the process is told to stop.</summary>
    public static async Task RunGameSiloAsync(this WebApplication app)
    {
        if (await app.WaitInRoomAsync(app.MigrateStorageAsync))
        {
            await app.RunAsync();
        }
    }

    private static void AddServices(IServiceCollection services, Assembly[] assemblies)
    {
        try
        {
            services.AddGameServices(assemblies);
        }
        catch (ServiceCatalogException mistakes)
        {
            throw new RefusedStartException([mistakes.Message]);
        }
    }

    /// <summary>Orleans finds only the assemblies that the program was built with by itself.</summary>
    internal static void AddGeneratedCode(this ISiloBuilder silo, IReadOnlyList<Assembly> assemblies) => silo.Services.AddSerializer(serializer =>
    {
        foreach (var assembly in assemblies)
        {
            serializer.AddAssembly(assembly);
        }
    });

    internal static ServiceCatalog CatalogOf(IServiceCollection services) =>
        services.Select(static service => service.ImplementationInstance).OfType<ServiceCatalog>().Single();

    private static HashSet<string> ExpandRoles(NodeOptions node, ServiceCatalog catalog)
    {
        var configured = node.Roles.Length == 0 ? new NodeOptions { Roles = DefaultRoles }.RoleList : node.RoleList;
        var known = catalog.Services.Select(static service => service.Role).ToHashSet(StringComparer.Ordinal);
        var unknown = configured.Where(role => role is not (NodeOptions.GatewayRole or NodeOptions.EveryService) && !known.Contains(role)).ToList();
        if (unknown.Count > 0)
        {
            throw new RefusedStartException(
                [$"GameCluster:Node:Roles names {string.Join(", ", unknown)}, which no service here has. Known roles: gateway, *, {string.Join(", ", known.Order())}."]);
        }

        var roles = configured.Where(static role => role != NodeOptions.EveryService).ToHashSet(StringComparer.Ordinal);
        if (configured.Contains(NodeOptions.EveryService))
        {
            roles.UnionWith(known);
        }

        return roles;
    }
}
