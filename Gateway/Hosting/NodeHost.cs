using System.Net;
using GameCluster.Gateway.Admin;
using GameCluster.Gateway.Auth;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Health;
using GameCluster.Gateway.Sessions;
using GameCluster.Gateway.Watch;
using GameCluster.Rooms;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SessionOptions = GameCluster.Sessions.SessionOptions;

namespace GameCluster.Gateway.Hosting;

/// <summary>What every process has, gateway or not: configuration, the operators' port with health and metrics, logs and telemetry.</summary>
internal static class NodeHost
{
    private const string ConfigurationFile = "gamecluster.json";

    /// <exception cref="RefusedStartException">Some settings are wrong.</exception>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile(Path.GetFullPath(ConfigurationFile), optional: true, reloadOnChange: true);

        // Environment and command line win over the file.
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(args);
        new SettingsCheck(builder.Configuration).Run();
        return builder;
    }

    public static WebApplicationBuilder AddNodeHost(this WebApplicationBuilder builder, bool takesClients)
    {
        builder.Services.AddOptions<NodeOptions>().BindConfiguration(NodeOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<StreamOptions>().BindConfiguration(StreamOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<AdminOptions>().BindConfiguration(AdminOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();

        var node = builder.Configuration.GetSection(NodeOptions.SectionName).Get<NodeOptions>() ?? new NodeOptions();
        var storage = builder.Configuration.GetSection(StorageOptions.SectionName).Get<StorageOptions>() ?? new StorageOptions();
        var admin = builder.Configuration.GetSection(AdminOptions.SectionName).Get<AdminOptions>() ?? new AdminOptions();
        RefuseSampleSecrets(builder, admin, storage);

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(admin.Key.Length == 0 && storage.IsEmbedded ? AdminKey.FromFolder(storage.DataFolder) : AdminKey.FromConfiguration(admin.Key));
        builder.Services.AddAdminKeyAuthentication();
        builder.Services.AddAdmin();
        builder.Services.AddWatch();
        builder.Services.AddHealthChecks().AddCheck<SiloCheck>("silo", tags: [HealthEndpoints.ReadyTag, HealthEndpoints.ServingTag]);
        builder.AddTelemetry(ClusterNode.NameOf(node));
        builder.Logging.AddLogging(builder.Environment);
        builder.ConfigurePorts(admin, takesClients);
        return builder;
    }

    /// <summary>Maps the operators' port. What comes in on the client port has been taken by then, see <see cref="GatewayHost.UseGateway"/>.</summary>
    public static WebApplication UseNodeHost(this WebApplication app)
    {
        app.Services.ObserveWatch();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseServiceHttp();
        app.MapHealth();
        app.MapAdmin();
        return app;
    }

    private static void RefuseSampleSecrets(WebApplicationBuilder builder, AdminOptions admin, StorageOptions storage)
    {
        var problems = SecretRules.Check(admin, storage.PostgreSql);
        if (problems.Count > 0 && !builder.Environment.IsDevelopment())
        {
            throw new RefusedStartException(problems);
        }
    }

    private static void AddLogging(this ILoggingBuilder logging, IHostEnvironment environment)
    {
        logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);

        // Both write an error for each attempt to call a service that has no silo: clients could fill a disk. The gateway sums them up.
        logging.AddFilter("Polly", LogLevel.None).AddFilter("Orleans.Messaging", LogLevel.None);

        // Orleans' own account of starting them.
        logging.AddFilter("GameCluster.Push.Ingress", LogLevel.Warning).AddFilter("GameCluster.Gateway.Push.GatewayNode", LogLevel.Warning)
            .AddFilter("GameCluster.Rooms.RoomHost", LogLevel.Warning).AddFilter("GameCluster.Placement.DrainListener", LogLevel.Warning);

        // Whoever asks gets the reason as the answer; as an error at every poll it would bury everything else while a process starts or drains.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        // Its first check at start always finds a participant "late" by the machine's uptime.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        if (!environment.IsDevelopment())
        {
            logging.ClearProviders().AddJsonConsole(options => options.UseUtcTimestamp = true);
        }
    }

    private static void ConfigurePorts(this WebApplicationBuilder builder, AdminOptions admin, bool takesClients)
    {
        var gateway = builder.Configuration.GetSection(GatewayOptions.SectionName).Get<GatewayOptions>() ?? new GatewayOptions();
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentUpgradedConnections = gateway.MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            kestrel.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 32;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Listen(IPAddress.Parse(admin.Address), admin.Port);
            if (takesClients)
            {
                kestrel.Listen(IPAddress.Parse(gateway.Address), gateway.Port, static listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
    }
}
