using System.Globalization;
using GameCluster.Gateway.Hosting;
using GameCluster.Hosting;
using GameCluster.Services;
using GameCluster.Silo.Hosting;
using GameCluster.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GameCluster.Tests.Cluster;

/// <summary>A silo with a game of its own that joins a running cluster. It lives in the test process, where the game's code is.</summary>
internal sealed class RelaySilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RelaySilo(WebApplication app) => _app = app;

    public static async Task<RelaySilo> StartAsync(string connectionString)
    {
        var builder = NodeHost.CreateBuilder(
        [
            $"--GameCluster:Storage:PostgreSql={connectionString}",
            "--GameCluster:Node:Name=relay-silo",
            "--GameCluster:Node:AdvertisedAddress=127.0.0.1",
            $"--GameCluster:Node:SiloPort={LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)}",
            $"--GameCluster:Admin:Port={LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)}",
            $"--GameCluster:Admin:Key={GameProcess.AdminKey}",
        ]);
        builder.AddNodeHost(takesClients: false);
        builder.AddClusterNode(["tests.relay"], silo => silo.AddServiceHosting().UseClusterStorage(builder.Configuration));
        builder.Services.AddGameServices().AddSingleton(ServiceCatalog.BuildFrom(typeof(RelayService)));
        builder.Services.AddHostedService<CatalogReporter>();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseNodeHost();
        await app.StartAsync();
        return new RelaySilo(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
