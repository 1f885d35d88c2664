using System.Net.Http.Json;
using System.Text.Json;

namespace GameCluster.LoadTest.Processes;

/// <summary>A cluster of real processes on a database of its own.</summary>
internal sealed class ClusterOfProcesses : IAsyncDisposable
{
    private readonly Dictionary<string, string> _settings;
    private readonly List<GameProcess> _processes = [];

    public ClusterOfProcesses(string connectionString)
    {
        ConnectionString = connectionString;
        _settings = new Dictionary<string, string> { ["GameCluster__Storage__PostgreSql"] = connectionString };
    }

    /// <summary>Of the cluster's database, for what joins in another way.</summary>
    public string ConnectionString { get; }

    /// <summary>What a process is started under, by the number of processes that were started before; see <see cref="GameProcess.StartUnder"/>.</summary>
    public Func<int, IReadOnlyList<string>> PrefixOf { get; init; } = static _ => [];

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
        var silo = GameProcess.StartUnder(PrefixOf(_processes.Count), "Silo", $"silo-{Silos.Count + 1}", Merge(settings, ("GameCluster__Node__Roles", roles)));
        Silos.Add(silo);
        _processes.Add(silo);
        return silo;
    }

    /// <summary>Starts one more gateway.</summary>
    public GameProcess AddGateway(IReadOnlyDictionary<string, string>? settings = null)
    {
        var gateway = GameProcess.StartUnder(PrefixOf(_processes.Count), "Gateway", $"gateway-{Gateways.Count + 1}", Merge(settings));
        Gateways.Add(gateway);
        _processes.Add(gateway);
        return gateway;
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
    public static async Task<IReadOnlyList<string>> ActiveSilosAsync(GameProcess process)
    {
        var status = await process.Admin.GetFromJsonAsync<JsonElement>("admin/v1/status");
        return [.. status.GetProperty("silos").EnumerateArray().Where(silo => silo.GetProperty("status").GetString() == "active").Select(silo => silo.GetProperty("name").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
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
