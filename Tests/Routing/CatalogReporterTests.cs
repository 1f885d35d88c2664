using GameCluster.Services;
using GameCluster.Silo.Hosting;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Rooms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace GameCluster.Tests.Routing;

/// <summary>A silo tells the cluster of its services.</summary>
internal sealed class CatalogReporterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Report_StorageIsAway_IsMadeAgainUntilItIsStored()
    {
        await using var cluster = await RouteCluster.StartAsync();
        cluster.Storage.FailBeforeWrites = true;
        using var reporter = new CatalogReporter(
            ServiceCatalog.BuildFrom(typeof(ProbeLobby)), cluster.Grains, cluster.Services.GetRequiredService<ILocalSiloDetails>(), TimeProvider.System, NullLogger<CatalogReporter>.Instance);
        await reporter.StartAsync(CancellationToken.None);
        await Wait.UntilAsync(() => cluster.Storage.Writes > 0, Limit, "the report to fail");

        cluster.Storage.FailBeforeWrites = false;

        await Wait.UntilAsync(
            async () => (await cluster.Routes.GetReportAsync()).Effective.Services.Any(static service => service.Name == ProbeLobby.Name), Limit, "the service to be routed");
        await reporter.StopAsync(CancellationToken.None);
    }
}
