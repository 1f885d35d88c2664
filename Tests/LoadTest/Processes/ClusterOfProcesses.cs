using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.LoadTest.Network;

namespace GameCluster.LoadTest.Processes;

/// <summary>A cluster of real processes on a database of its own.</summary>
internal sealed class ClusterOfProcesses : IAsyncDisposable
{
    /// <summary>Below an admin port.</summary>
    public const string StatusPath = "admin/v1/status";

    private readonly Dictionary<string, string> _settings;
    private readonly List<GameProcess> _processes = [];
    private readonly FaultyNetwork? _network;

    /// <param name="connectionString">Of a database of its own.</param>
    /// <param name="network">What the processes reach each other through; the caller disposes of it. Null: directly.</param>
    public ClusterOfProcesses(string connectionString, FaultyNetwork? network = null)
    {
        _network = network;
        ConnectionString = connectionString;
        _settings = new Dictionary<string, string> { ["GameCluster__Storage__PostgreSql"] = connectionString };
    }

    /// <summary>Of the cluster's database, for what joins in another way.</summary>
    public string ConnectionString { get; }

    public List<GameProcess> Silos { get; } = [];

    public List<GameProcess> Gateways { get; } = [];

    /// <summary>Starts the processes, gateways first if asked, and waits until all are ready and see each other.</summary>
    public static async Task<ClusterOfProcesses> StartAsync(string connectionString, int silos, int gateways, IReadOnlyDictionary<string, string>? settings = null)
    {
        var cluster = new ClusterOfProcesses(connectionString);
        for (var i = 0; i < silos; i++)
        {
            cluster.AddSilo(settings: settings);
        }

        for (var i = 0; i < gateways; i++)
        {
            cluster.AddGateway(settings);
        }

        await cluster.ReadyAsync();
        return cluster;
    }

    /// <summary>Starts one more silo; <paramref name="roles"/> as in the configuration.</summary>
    public GameProcess AddSilo(string roles = "*", IReadOnlyDictionary<string, string>? settings = null)
    {
        var name = $"silo-{Silos.Count + 1}";
        var silo = GameProcess.StartSilo(name, Merge(settings, [("GameCluster__Node__Roles", roles), .. PortsOf(name)]));
        Silos.Add(silo);
        return Keep(silo);
    }

    /// <summary>Starts one more gateway.</summary>
    public GameProcess AddGateway(IReadOnlyDictionary<string, string>? settings = null)
    {
        var name = $"gateway-{Gateways.Count + 1}";
        var gateway = GameProcess.StartGateway(name, Merge(settings, PortsOf(name)));
        Gateways.Add(gateway);
        return Keep(gateway);
    }

    /// <summary>Starts a process that has ended again, at its old place.</summary>
    public GameProcess StartAgain(GameProcess ended)
    {
        ended.StartAgain();
        _network?.Identify(ended.Name, ended.Id);
        return ended;
    }

    /// <summary>Waits until every process that runs is ready and the cluster has that many members.</summary>
    public async Task ReadyAsync()
    {
        var running = _processes.Where(process => !process.HasExited).ToList();
        await Task.WhenAll(running.Select(process => process.ReadyAsync()));
        foreach (var process in running)
        {
            await Wait.UntilAsync(
                async () => (await ActiveSilosAsync(process)).Count == running.Count,
                TimeSpan.FromSeconds(60),
                $"{process.Name} to see {running.Count} active members",
                () => process.Output);
        }
    }

    /// <summary>The names of the active members, as a process sees them.</summary>
    public static Task<IReadOnlyList<string>> ActiveSilosAsync(GameProcess process) => ActiveSilosAsync(process.Admin, new Uri(process.Admin.BaseAddress!, StatusPath));

    /// <summary>The names of the active members, as the process sees them whose status is at an address.</summary>
    public static async Task<IReadOnlyList<string>> ActiveSilosAsync(HttpClient client, Uri address)
    {
        var status = await client.GetFromJsonAsync<JsonElement>(address);
        return [.. status.GetProperty("silos").EnumerateArray().Where(silo => silo.GetProperty("status").GetString() == "active").Select(silo => silo.GetProperty("name").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    private GameProcess Keep(GameProcess process)
    {
        _processes.Add(process);
        _network?.Identify(process.Name, process.Id);
        return process;
    }

    /// <summary>With a network, a process listens at one port and is known by another.</summary>
    private (string Key, string Value)[] PortsOf(string name)
    {
        if (_network is null)
        {
            return [];
        }

        var listen = LoopbackPort.Free();
        return [("GameCluster__Node__SiloListenPort", $"{listen}"), ("GameCluster__Node__SiloPort", $"{_network.Add(name, listen)}")];
    }

    private Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? settings, params (string Key, string Value)[] more)
    {
        var merged = new Dictionary<string, string>(_settings);
        foreach (var (key, value) in (settings ?? new Dictionary<string, string>()).Select(entry => (entry.Key, entry.Value)).Concat(more))
        {
            merged[key] = value;
        }

        return merged;
    }
}
