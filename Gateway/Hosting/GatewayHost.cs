using GameCluster.Gateway.Connections;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Health;
using GameCluster.Gateway.Push;
using GameCluster.Gateway.Routing;
using GameCluster.Gateway.Sessions;
using GameCluster.Services;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Hosting;

/// <summary>The client edge: adds it to a process and maps its port.</summary>
internal static class GatewayHost
{
    /// <summary>Adds the gateway to a process that is, or will be, a cluster node.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<GatewayState>();
        services.AddSingleton<SessionTable>();
        services.AddSingleton<SessionDirectory>();
        services.AddSingleton<IngressLinks>();
        services.AddSingleton<ILocalLanes>(static provider => provider.GetRequiredService<IngressLinks>());
        services.AddSingleton<ServedRoles>();
        services.AddSingleton<LaneDispatcher>();
        services.AddSingleton<Admission>();
        services.AddSingleton<SessionContext>();
        services.AddSingleton<ConnectionTable>();
        services.AddSingleton<ClientEndpoint>();
        services.AddSingleton<StreamVerifier>();
        services.AddHostedService<SiloWatcher>();
        services.AddHostedService<ConnectionSweeper>();
        services.AddHostedService<GatewayLifetime>();
        services.AddHealthChecks().AddCheck<ReadyCheck>("gateway", tags: [HealthEndpoints.ReadyTag, HealthEndpoints.ServingTag]);
        builder.UseOrleans(static silo => silo.AddGrainService<GatewayNode>());
        return builder;
    }

    /// <summary>Sends what comes in on the client port to the client endpoint, and nothing else: no request there reaches what operators use.</summary>
    public static WebApplication UseGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var endpoint = app.Services.GetRequiredService<ClientEndpoint>();
        var page = options.DemoPage ?? app.Environment.IsDevelopment();
        app.Services.GetRequiredService<GatewayMetrics>().ObserveQueues(app.Services);
        app.MapWhen(
            context => context.Connection.LocalPort == options.Port,
            client => client.UseDirectWrites(options).Use(GatheringUpgrade.UseAsync).UseWebSockets().Run(context => ClientEndpoint.Matches(context)
                ? endpoint.HandleAsync(context)
                : page ? DemoPage.HandleAsync(context) : NotFoundAsync(context)));
        return app;
    }

    /// <summary>Waits for a storage that is up to date, then runs until the process is told to stop.</summary>
    public static async Task RunGatewayAsync(this WebApplication app)
    {
        var storage = app.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
        if (storage.IsEmbedded)
        {
            throw new InvalidOperationException(
                "A gateway of its own needs the cluster's database: set GameCluster__Storage__PostgreSql to an Npgsql connection string. One process that does everything is the Silo program.");
        }

        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("GameCluster.Storage");
        var gate = new SchemaGate(storage.PostgreSql, logger, app.Services.GetRequiredService<TimeProvider>());
        if (await app.WaitInRoomAsync(gate.WaitAsync))
        {
            await app.RunAsync();
        }
    }

    private static IApplicationBuilder UseDirectWrites(this IApplicationBuilder client, GatewayOptions options) => !options.DirectWrites ? client : client.Use(static next => context =>
    {
        ClientUpgrade.Offer(context);
        return next(context);
    });

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void ObserveQueues(this GatewayMetrics metrics, IServiceProvider services)
    {
        var sessions = services.GetRequiredService<SessionTable>();
        var links = services.GetRequiredService<IngressLinks>();
        var connections = services.GetRequiredService<ConnectionTable>();
        var admission = services.GetRequiredService<Admission>();
        metrics.Observe("gamecluster.sessions", "{session}", "Sessions with a socket", () => sessions.Count);
        metrics.Observe("gamecluster.sessions.ending", "{session}", "Sessions whose services are being told of their end", () => sessions.Ending);
        metrics.Observe("gamecluster.handshakes.waiting", "{connection}", "Clients that wait for their turn to begin or resume a session", () => admission.Queued);
        metrics.Observe("gamecluster.ingress.pending", "{call}", "Calls through an ingress that are not answered yet", () => links.Pending);
        metrics.Observe("gamecluster.send.queued", "By", "Bytes that wait for clients to read", () => connections.All.Sum(static connection => (long)connection.QueuedBytes));
    }
}
