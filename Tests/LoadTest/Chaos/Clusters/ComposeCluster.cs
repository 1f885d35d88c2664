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
    private const string DatabaseService = "postgres";
    private const int SecretBytes = 24;

    private readonly DockerCommand _docker;
    private readonly List<ContainerNode> _nodes;
    private readonly MembersView _view;
    private readonly string _logs;
    private readonly HttpClient _admin;

    private ComposeCluster(DockerCommand docker, List<ContainerNode> nodes, MembersView view, string key, string logs)
    {
        (_docker, _nodes, _view, _logs) = (docker, nodes, view, logs);
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

    /// <param name="logs">A folder for what the containers write.</param>
    /// <exception cref="InvalidDataException">The scenario asks for what compose does not have, or docker refuses.</exception>
    public static async Task<ComposeCluster> StartAsync(Scenario scenario, string logs)
    {
        Refuse(scenario);
        var (password, key) = (RandomNumberGenerator.GetHexString(SecretBytes * 2), RandomNumberGenerator.GetHexString(SecretBytes * 2));
        var docker = new DockerCommand(Project, new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = password, ["GAMECLUSTER_ADMIN_KEY"] = key });
        var view = new MembersView(key);
        try
        {
            await docker.ComposeAsync("up", "-d", "--build", "--scale", $"silo={scenario.Cluster.Silos}", "--scale", $"gateway={scenario.Cluster.Gateways}");
            List<ContainerNode> nodes = [.. await NodesAsync(docker, view, "silo"), .. await NodesAsync(docker, view, "gateway"), .. await NodesAsync(docker, view, DatabaseService)];
            view.Gateways = [.. nodes.Where(static node => node.IsGateway)];
            await Task.WhenAll(nodes.Select(static node => node.ReadyAsync()));
            return new ComposeCluster(docker, nodes, view, key, logs);
        }
        catch
        {
            view.Dispose();
            await TryEndAsync(docker);
            throw;
        }
    }

    /// <exception cref="InvalidDataException">The scenario asks for what compose does not have.</exception>
    public static void Refuse(Scenario scenario)
    {
        if (scenario.Players.Game is not (BoardGame.Name or BoardGame.DurableName) || scenario.Cluster.Settings.Count > 0 || scenario.Faults.Any(static fault => fault.Do == FaultKind.Send || fault.Build is not null))
        {
            throw new InvalidDataException("--compose runs what is deployed: the scenario's game must be 'board' or 'board.durable', without cluster.settings, without 'send' and without 'build'.");
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
        _view.Dispose();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(_logs, "containers.log"), await _docker.ComposeAsync("logs", "--no-color", "--timestamps"));
        }
        finally
        {
            await EndAsync(_docker);
        }
    }

    private static Task EndAsync(DockerCommand docker) => docker.ComposeAsync("down", "-v", "--remove-orphans");

    /// <summary>After an error that says more than this one could.</summary>
    private static async Task TryEndAsync(DockerCommand docker)
    {
        try
        {
            await EndAsync(docker);
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine(e.Message);
        }
    }

    private static async Task<IEnumerable<ContainerNode>> NodesAsync(DockerCommand docker, MembersView view, string service) =>
        (await docker.ComposeAsync("ps", "-q", service)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select((container, index) => new ContainerNode(service == DatabaseService ? Targets.Database : string.Create(CultureInfo.InvariantCulture, $"{service}-{index + 1}"), container, docker, view));

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
