using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>
/// The cluster of three silos and two gateways that the tests of this folder share, as starting one costs more than most of them. Each test gets it whole:
/// what an earlier one has stopped or killed is replaced first.
/// </summary>
[SetUpFixture]
internal sealed class SharedCluster
{
    private const int SiloCount = 3;
    private const int GatewayCount = 2;

    private static ClusterOfProcesses? _cluster;

    public static IReadOnlyList<GameProcess> Silos => [.. _cluster!.Silos.Where(static silo => !silo.HasExited)];

    public static IReadOnlyList<GameProcess> Gateways => [.. _cluster!.Gateways.Where(static gateway => !gateway.HasExited)];

    /// <summary>Every process that runs.</summary>
    public static IReadOnlyList<GameProcess> Processes => [.. Silos, .. Gateways];

    /// <summary>All of it.</summary>
    public static ClusterOfProcesses Cluster => _cluster!;

    public static string ConnectionString => _cluster!.ConnectionString;

    /// <summary>Starts the cluster, or what is missing of it, and waits until all of it is ready.</summary>
    public static async Task MakeWholeAsync()
    {
        _cluster ??= await ClusterOfProcesses.StartAsync(SiloCount, GatewayCount);
        while (Silos.Count < SiloCount)
        {
            _cluster.AddSilo();
        }

        while (Gateways.Count < GatewayCount)
        {
            _cluster.AddGateway();
        }

        await _cluster.ReadyAsync();
    }

    /// <summary>Starts that many silos more than the cluster needs, for a test that stops as many.</summary>
    public static async Task GrowAsync(int silos)
    {
        for (var i = 0; i < silos; i++)
        {
            _cluster!.AddSilo();
        }

        await _cluster!.ReadyAsync();
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
