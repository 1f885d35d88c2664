using System.Globalization;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>A container of the compose deployment.</summary>
internal sealed class ContainerNode(string name, string container, DockerCommand docker) : INode
{
    private const string ClientPort = "20000/tcp";
    private const string AdminPort = "20001/tcp";

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(180);

    public string Name => name;

    public string Container => container;

    /// <summary>Of a gateway: where clients connect. A restart may change it.</summary>
    public Uri? Url { get; private set; }

    /// <summary>Of a gateway: the admin port, on this machine.</summary>
    public Uri? Admin { get; private set; }

    private bool IsGateway => name.StartsWith("gateway", StringComparison.Ordinal);

    public Task KillAsync() => docker.RunAsync("kill", container);

    // As long as compose's own stop_grace_period.
    public Task StopAsync() => docker.RunAsync("stop", "-t", "35", container);

    public Task FreezeAsync() => docker.RunAsync("pause", container);

    public Task ThawAsync() => docker.RunAsync("unpause", container);

    public void UseBuild(BuildKind build) => throw new InvalidDataException("build: containers are started from their image.");

    public Task StartAsync() => docker.RunAsync("start", container);

    public async Task ReadyAsync()
    {
        var health = "";
        await Wait.UntilAsync(async () => (health = await InspectAsync("{{.State.Health.Status}}")) == "healthy", LongestStart, $"{name} to be healthy", () => health);
        if (IsGateway)
        {
            Url = new Uri($"ws://127.0.0.1:{await PortAsync(ClientPort)}/");
            Admin = new Uri($"http://127.0.0.1:{await PortAsync(AdminPort)}/");
        }
    }

    /// <summary>How often the engine has started it again because it had ended of itself.</summary>
    public async Task<int> RestartsAsync() => int.Parse(await InspectAsync("{{.RestartCount}}"), CultureInfo.InvariantCulture);

    private Task<string> InspectAsync(string format) => docker.RunAsync("inspect", "-f", format, container);

    /// <summary>The first line is that of IPv4: address and port.</summary>
    private async Task<string> PortAsync(string port) => (await docker.RunAsync("port", container, port)).Split('\n')[0].Split(':')[^1].Trim();
}
