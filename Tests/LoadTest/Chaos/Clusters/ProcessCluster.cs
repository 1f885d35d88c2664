using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>A cluster of processes on this machine, with a PostgreSQL of its own where none is given.</summary>
internal sealed class ProcessCluster : IChaosCluster
{
    private static readonly TimeSpan SuperviseEvery = TimeSpan.FromMilliseconds(100);

    private readonly PostgresInstance? _database;
    private readonly ClusterOfProcesses _cluster;
    private readonly List<ProcessNode> _nodes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(long At, string What)> _exits = [];
    private readonly Task _supervising;
    private readonly bool _ownsCluster;

    private ProcessCluster(PostgresInstance? database, ClusterOfProcesses cluster, bool ownsCluster, FirewallNetwork? network)
    {
        (_database, _cluster, _ownsCluster) = (database, cluster, ownsCluster);
        _nodes = [.. NodesOf("silo", cluster.Silos), .. NodesOf("gateway", cluster.Gateways)];
        Network = network;
        for (var i = 0; i < _nodes.Count; i++)
        {
            network?.Add(_nodes[i].Name, i, _nodes[i].Process);
        }

        Nodes = _nodes.Concat<INode>(database is null ? [] : [new DatabaseNode(database)]).ToDictionary(static node => node.Name);
        _supervising = SuperviseAsync();
    }

    public string Description => $"{_nodes.Count(IsSilo)} silos and {_nodes.Count - _nodes.Count(IsSilo)} gateways as processes of one machine";

    public IReadOnlyDictionary<string, INode> Nodes { get; }

    public INetwork? Network { get; }

    public IReadOnlyList<Uri> Urls => [.. _nodes.Where(static node => !IsSilo(node)).Select(static node => node.Process.ClientUri)];

    public IEnumerable<(string Name, int Pid)> Processes => _nodes.Where(static node => !node.Process.HasExited).Select(static node => ($"{node.Name}#{node.Process.Id}", node.Process.Id));

    public HttpClient Admin => _nodes.Last(static node => !node.Process.HasExited).Process.Admin;

    /// <param name="postgres">Connection string of a database; null: a PostgreSQL of its own.</param>
    /// <param name="services">An assembly of services that all silos load.</param>
    /// <param name="logs">A folder for what the processes write.</param>
    /// <exception cref="InvalidDataException">There is no PostgreSQL, or the network cannot be parted; the text says what to do.</exception>
    public static async Task<ProcessCluster> StartAsync(Scenario scenario, string? postgres, string services, string logs)
    {
        var (spec, isParted) = (scenario.Cluster, scenario.Faults.Any(static fault => fault.Do == FaultKind.Partition));
        if (isParted && !FirewallNetwork.IsPossible)
        {
            throw new InvalidDataException("This scenario parts the network between processes: that needs Linux, root, iptables and setpriv.");
        }

        var database = postgres is null ? await PostgresInstance.TryStartNewAsync(spec.Fsync) ?? throw MissingDatabase() : null;
        var cluster = new ClusterOfProcesses(postgres ?? await PostgresDatabase.CreateAsync(database!.ConnectionString, "game")) { PrefixOf = isParted ? FirewallNetwork.PrefixOf : static _ => [] };
        try
        {
            var settings = spec.Settings.ToDictionary(static setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), static setting => setting.Value);
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

            await cluster.ReadyAsync();
            return new ProcessCluster(database, cluster, ownsCluster: true, isParted ? new FirewallNetwork() : null);
        }
        catch
        {
            await cluster.DisposeAsync();
            await (database?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>A cluster that runs already and stays the caller's; its database is nobody's to disturb.</summary>
    public static ProcessCluster Of(ClusterOfProcesses cluster) => new(null, cluster, ownsCluster: false, null);

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
        if (_ownsCluster)
        {
            await _cluster.DisposeAsync();
            await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static bool IsSilo(ProcessNode node) => node.Name.StartsWith("silo", StringComparison.Ordinal);

    private IEnumerable<ProcessNode> NodesOf(string kind, IEnumerable<GameProcess> processes) =>
        processes.Where(static process => !process.HasExited).Select((process, index) => new ProcessNode($"{kind}-{index + 1}", process, () => _nodes));

    private static InvalidDataException MissingDatabase() => new(
        "This needs a PostgreSQL of its own: install it (the programs are enough, Debian: apt-get install postgresql), or start Docker, or give --postgres the connection string of an empty database.");

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
