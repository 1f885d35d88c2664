using System.Globalization;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>A container of the compose deployment.</summary>
/// <param name="view">Asked whether another member sees it.</param>
internal sealed class ContainerNode(string name, string container, DockerCommand docker, MembersView view) : INode
{
    private const string ClientPort = "20000/tcp";
    private const string AdminPort = "20001/tcp";
    private const int HostNameLength = 12;

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);

    private int _earlierRestarts;

    public string Name => name;

    public string Container => container;

    /// <summary>Of its process, as the container's host name is in it.</summary>
    public string MemberPrefix => $"{container[..HostNameLength]}-";

    /// <summary>Of a gateway: where clients connect. A restart may change it.</summary>
    public Uri? Url { get; private set; }

    /// <summary>Of a gateway: the admin port, on this machine.</summary>
    public Uri? Admin { get; private set; }

    public bool IsGateway => name.StartsWith("gateway", StringComparison.Ordinal);

    public Task KillAsync() => docker.RunAsync("kill", container);

    // As long as compose's own stop_grace_period.
    public Task StopAsync() => docker.RunAsync("stop", "-t", "35", container);

    public Task FreezeAsync() => docker.RunAsync("pause", container);

    public Task ThawAsync() => docker.RunAsync("unpause", container);

    public void UseBuild(BuildKind build) => throw new InvalidDataException("build: containers are started from their image.");

    public async Task StartAsync()
    {
        // A start by hand makes the engine count from zero again.
        var before = await RestartCountAsync();
        await docker.RunAsync("start", container);
        _earlierRestarts += before - await RestartCountAsync();
    }

    /// <summary>The engine knows a container's health by the last time it asked, up to 10 s ago: one that stood still, or was off the network, is healthy for it all the time. So another member must see it as well.</summary>
    public Task ReadyAsync()
    {
        var health = "";
        return Wait.UntilAsync(IsReadyAsync, LongestStart, $"{name} to be healthy, and to be seen by a gateway", () => health, AskEvery);

        async Task<bool> IsReadyAsync()
        {
            health = await InspectAsync("{{.State.Health.Status}}");
            if (health != "healthy")
            {
                return false;
            }

            if (IsGateway)
            {
                Url = new Uri($"ws://127.0.0.1:{await PortAsync(ClientPort)}/");
                Admin = new Uri($"http://127.0.0.1:{await PortAsync(AdminPort)}/");
            }

            return name == Targets.Database || await view.HasAsync(this);
        }
    }

    /// <summary>How often the engine has started it again because it had ended of itself.</summary>
    public async Task<int> RestartsAsync() => _earlierRestarts + await RestartCountAsync();

    private async Task<int> RestartCountAsync() => int.Parse(await InspectAsync("{{.RestartCount}}"), CultureInfo.InvariantCulture);

    private Task<string> InspectAsync(string format) => docker.RunAsync("inspect", "-f", format, container);

    /// <summary>The first line is that of IPv4: address and port.</summary>
    private async Task<string> PortAsync(string port) => (await docker.RunAsync("port", container, port)).Split('\n')[0].Split(':')[^1].Trim();
}
