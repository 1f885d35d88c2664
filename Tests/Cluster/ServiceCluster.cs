using GameCluster.Tests.EndToEnd;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>A cluster of two silos with the test services and two gateways, shared as <see cref="SharedCluster"/> is.</summary>
[SetUpFixture]
internal sealed class ServiceCluster
{
    private const int SiloCount = 2;
    private const int GatewayCount = 2;

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["GameCluster__Node__ServiceAssemblies"] = Server.ServicesFile,
        ["GameCluster__Sessions__WindowTime"] = "00:00:20",
    };

    private static ClusterOfProcesses? _cluster;

    public static List<GameProcess> Silos => [.. _cluster!.Silos.Where(static silo => !silo.HasExited)];

    public static List<GameProcess> Gateways => [.. _cluster!.Gateways.Where(static gateway => !gateway.HasExited)];

    public static string ConnectionString => _cluster!.ConnectionString;

    /// <summary>Starts the cluster, or what is missing of it, and waits until all of it is ready.</summary>
    public static async Task MakeWholeAsync()
    {
        _cluster ??= await ClusterOfProcesses.StartAsync(SiloCount, GatewayCount, Settings);
        while (Silos.Count < SiloCount)
        {
            _cluster.AddSilo(settings: Settings);
        }

        while (Gateways.Count < GatewayCount)
        {
            _cluster.AddGateway(Settings);
        }

        await _cluster.ReadyAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
