using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Network;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>A cluster of processes on this machine, with a database of its own.</summary>
internal sealed class ProcessCluster : IChaosCluster
{
    private static readonly TimeSpan SuperviseEvery = TimeSpan.FromMilliseconds(100);

    private readonly RunDatabases? _databases;
    private readonly ClusterOfProcesses _cluster;
    private readonly FaultyNetwork? _network;
    private readonly string? _otherBuild;
    private readonly List<ProcessNode> _nodes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(long At, string What)> _exits = [];
    private readonly Task _supervising;

    /// <param name="databases">Where the cluster's database is from; null if cluster and database are the caller's.</param>
    private ProcessCluster(RunDatabases? databases, ClusterOfProcesses cluster, FaultyNetwork? network, string? otherBuild)
    {
        (_databases, _cluster, _network, _otherBuild) = (databases, cluster, network, otherBuild);
        _nodes = [.. NodesOf("silo", cluster.Silos), .. NodesOf("gateway", cluster.Gateways)];
        Nodes = _nodes.Concat<INode>(databases?.Own is { } database ? [new DatabaseNode(database)] : []).ToDictionary(static node => node.Name);
        _supervising = SuperviseAsync();
    }

    public string Description => $"{_nodes.Count(IsSilo)} silos and {_nodes.Count - _nodes.Count(IsSilo)} gateways as processes of one machine";

    public IReadOnlyDictionary<string, INode> Nodes { get; }

    public INetwork? Network => _network;

    public IReadOnlyList<Uri> Urls => [.. _nodes.Where(static node => !IsSilo(node)).Select(static node => node.Process.ClientUri)];

    public IEnumerable<(string Name, int Pid)> Processes => _nodes.Where(static node => !node.Process.HasExited).Select(static node => ($"{node.Name}#{node.Process.Id}", node.Process.Id));

    public HttpClient Admin => _nodes.Last(static node => !node.Process.HasExited).Process.Admin;

    /// <param name="services">An assembly of services that all silos load.</param>
    /// <param name="logs">A folder for what the processes write.</param>
    /// <param name="otherBuild">A checkout that is built, for scenarios that start processes from it; null if there is none.</param>
    /// <exception cref="InvalidDataException">There is no PostgreSQL, or the network cannot be parted; the text says what to do.</exception>
    public static async Task<ProcessCluster> StartAsync(Scenario scenario, RunDatabases databases, string services, string logs, string? otherBuild, CancellationToken cancellation)
    {
        if (otherBuild is null && scenario.Faults.Any(static fault => fault.Build == BuildKind.Other))
        {
            throw new InvalidDataException("This scenario starts processes from another build: name its checkout with --other.");
        }

        var (spec, isParted) = (scenario.Cluster, scenario.Faults.Any(static fault => fault.Do == FaultKind.Partition));
        if (isParted && !FaultyNetwork.IsSupported)
        {
            throw new InvalidDataException("This scenario parts the network between processes, which can be done on Linux only.");
        }

        var network = isParted ? new FaultyNetwork() : null;
        var cluster = new ClusterOfProcesses(await databases.CreateAsync(), network);
        try
        {
            var settings = spec.Settings.ToDictionary(static setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), static setting => setting.Value);
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < spec.Silos; i++)
            {
                cluster.AddSilo(settings: new Dictionary<string, string>(settings) { ["GameCluster__Node__ServiceAssemblies"] = services });
            }

            for (var i = 0; i < spec.Gateways; i++)
            {
                cluster.AddGateway(settings);
            }

            foreach (var process in cluster.Silos.Concat(cluster.Gateways))
            {
                process.LogTo(Path.Combine(logs, $"{process.Name}.log"));
            }

            await cluster.ReadyAsync().WaitAsync(cancellation);
            return new ProcessCluster(databases, cluster, network, otherBuild);
        }
        catch
        {
            await EndAsync(cluster, network, databases);
            throw;
        }
    }

    /// <summary>A cluster that runs already and stays the caller's; its database is nobody's to disturb.</summary>
    public static ProcessCluster Of(ClusterOfProcesses cluster) => new(null, cluster, null, null);

    public ValueTask<IReadOnlyList<(long At, string What)>> ExitsAsync()
    {
        lock (_exits)
        {
            return ValueTask.FromResult<IReadOnlyList<(long At, string What)>>([.. _exits]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising;
        _stopping.Dispose();
        if (_databases is not null)
        {
            await EndAsync(_cluster, _network, _databases);
        }
    }

    private static async Task EndAsync(ClusterOfProcesses cluster, FaultyNetwork? network, RunDatabases databases)
    {
        await cluster.DisposeAsync();
        await (network?.DisposeAsync() ?? ValueTask.CompletedTask);
        await databases.DropAsync(cluster.ConnectionString);
    }

    private static bool IsSilo(ProcessNode node) => node.Name.StartsWith("silo", StringComparison.Ordinal);

    private IEnumerable<ProcessNode> NodesOf(string kind, IEnumerable<GameProcess> processes) =>
        processes.Where(static process => !process.HasExited).Select((process, index) => new ProcessNode($"{kind}-{index + 1}", process, _cluster, () => _nodes, _otherBuild));

    private async Task SuperviseAsync()
    {
        using var timer = new PeriodicTimer(SuperviseEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                foreach (var node in _nodes)
                {
                    if (node.Supervise() is { } code)
                    {
                        lock (_exits)
                        {
                            _exits.Add((HistoryWriter.Now, $"{node.Name} ended of itself with exit code {code}"));
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
