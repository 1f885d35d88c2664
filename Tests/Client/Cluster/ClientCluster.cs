using GameCluster.Client;
using GameCluster.Tests.EndToEnd;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Client.Cluster;

/// <summary>The cluster that the clients of this folder use: a silo with the test services, and two gateways.</summary>
[SetUpFixture]
internal sealed class ClientCluster
{
    /// <summary>How long a session waits for its client.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(6);

    private static ClusterOfProcesses _cluster = null!;

    public static GameProcess Gateway => _cluster.Gateways[0];

    public static GameProcess OtherGateway => _cluster.Gateways[1];

    private static Dictionary<string, string> Settings { get; } = new()
    {
        ["GameCluster__Node__ServiceAssemblies"] = Server.ServicesFile,
        ["GameCluster__Sessions__WindowTime"] = Window.ToString(),
    };

    /// <summary>One more gateway, to be stopped by the test.</summary>
    public static async Task<GameProcess> AddGatewayAsync()
    {
        var gateway = _cluster.AddGateway(Settings);
        await _cluster.ReadyAsync();
        return gateway;
    }

    /// <summary>A client that tries the addresses in this order and does not pause for long.</summary>
    public static GameClient NewClient(params Uri[] addresses) => new(new GameClientOptions
    {
        Addresses = addresses,
        LeastPause = TimeSpan.FromMilliseconds(20),
        GreatestPause = TimeSpan.FromMilliseconds(200),
        Random = new LeastRandom(),
        Context = null,
    });

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await ClusterOfProcesses.StartAsync(silos: 1, gateways: 2, Settings);

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    /// <summary>Begins with the first address and pauses as long as it may.</summary>
    private sealed class LeastRandom : Random
    {
        public override int Next(int maxValue) => 0;

        public override double NextDouble() => 0.99;
    }
}
