using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Network;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>The deployment of docker-compose.yml, as a project of its own, with secrets of its own. A partition takes containers off its network, from the database as well.</summary>
internal sealed class ComposeCluster : IChaosCluster, INetwork
{
    private const string Project = "gamecluster-chaos";
    private const string NetworkName = Project + "_default";
    private const int SecretBytes = 24;

    private readonly DockerCommand _docker;
    private readonly List<ContainerNode> _nodes;
    private readonly HttpClient _admin;

    private ComposeCluster(DockerCommand docker, List<ContainerNode> nodes, string key)
    {
        (_docker, _nodes) = (docker, nodes);
        _admin = new HttpClient(new ToAnyGateway(nodes)) { BaseAddress = new Uri("http://gateway/") };
        _admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Nodes = nodes.ToDictionary(static node => node.Name, static node => (INode)node);
    }

    public string Description => string.Create(CultureInfo.InvariantCulture, $"{_nodes.Count - 1} silos and gateways, and PostgreSQL, as containers of docker-compose.yml");

    public IReadOnlyDictionary<string, INode> Nodes { get; }

    public INetwork Network => this;

    public IReadOnlyList<Uri> Urls => [.. _nodes.Where(static node => node.Url is not null).Select(static node => node.Url!)];

    public IEnumerable<(string Name, int Pid)> Processes => [];

    public HttpClient Admin => _admin;

    /// <exception cref="InvalidDataException">The scenario asks for what compose does not have, or docker refuses.</exception>
    public static async Task<ComposeCluster> StartAsync(Scenario scenario)
    {
        if (scenario.Players.Game is not (BoardGame.Name or BoardGame.DurableName) || scenario.Cluster.Settings.Count > 0 || scenario.Faults.Any(static fault => fault.Do == FaultKind.Send))
        {
            throw new InvalidDataException("--compose runs what is deployed: the scenario's game must be 'board' or 'board.durable', without cluster.settings and without 'send'.");
        }

        var (password, key) = (RandomNumberGenerator.GetHexString(SecretBytes * 2), RandomNumberGenerator.GetHexString(SecretBytes * 2));
        var docker = new DockerCommand(Project, new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = password, ["GAMECLUSTER_ADMIN_KEY"] = key });
        try
        {
            await docker.ComposeAsync("up", "-d", "--build", "--scale", $"silo={scenario.Cluster.Silos}", "--scale", $"gateway={scenario.Cluster.Gateways}");
            List<ContainerNode> nodes = [.. await NodesAsync(docker, "silo"), .. await NodesAsync(docker, "gateway"), new ContainerNode(Targets.Database, await docker.ComposeAsync("ps", "-q", "postgres"), docker)];
            await Task.WhenAll(nodes.Select(static node => node.ReadyAsync()));
            return new ComposeCluster(docker, nodes, key);
        }
        catch
        {
            await docker.ComposeAsync("down", "-v", "--remove-orphans");
            throw;
        }
    }

    public async ValueTask<IReadOnlyList<(long At, string What)>> ExitsAsync()
    {
        var exits = new List<(long At, string What)>();
        foreach (var node in _nodes)
        {
            exits.AddRange(Enumerable.Repeat((HistoryWriter.Now, $"{node.Name} ended of itself, as docker counted"), await node.RestartsAsync()));
        }

        return exits;
    }

    public async Task<IAsyncDisposable> PartitionAsync(IReadOnlyList<string> one, IReadOnlyList<string> other, bool oneWay = false)
    {
        if (oneWay)
        {
            throw new InvalidDataException("A container is parted from all others in both directions: leave out \"oneWay\", or --compose.");
        }

        var containers = _nodes.Where(node => one.Contains(node.Name)).Select(static node => node.Container).ToList();
        foreach (var container in containers)
        {
            await _docker.RunAsync("network", "disconnect", NetworkName, container);
        }

        return new Reconnection(_docker, containers);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _docker.ComposeAsync("down", "-v", "--remove-orphans");
    }

    private static async Task<IEnumerable<ContainerNode>> NodesAsync(DockerCommand docker, string kind) =>
        (await docker.ComposeAsync("ps", "-q", kind)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select((container, index) => new ContainerNode(string.Create(CultureInfo.InvariantCulture, $"{kind}-{index + 1}"), container, docker));

    /// <summary>Puts containers on the network again.</summary>
    private sealed class Reconnection(DockerCommand docker, List<string> containers) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var container in containers)
            {
                await docker.RunAsync("network", "connect", NetworkName, container);
            }
        }
    }

    /// <summary>Sends requests to where the admin port of the last gateway is by now.</summary>
    private sealed class ToAnyGateway(List<ContainerNode> nodes) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(nodes.FindLast(static node => node.Admin is not null)!.Admin!, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
