using System.Text.Json;
using System.Text.Json.Serialization;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Processes;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>Reads scenarios, and refuses what it does not understand.</summary>
internal static class ScenarioFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new DurationConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Where those of the repository are.</summary>
    public static string Folder => Path.Combine(Repository.Root, "Tests", "LoadTest", "scenarios");

    /// <summary>The names of those of the repository.</summary>
    public static IReadOnlyList<string> Names => [.. Directory.EnumerateFiles(Folder, "*.json").Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <param name="name">A file, or the name of one of the repository's scenarios.</param>
    /// <exception cref="InvalidDataException">It is none; the text names the key, or all that is wrong.</exception>
    public static Scenario Read(string name)
    {
        var path = File.Exists(name) ? name : Path.Combine(Folder, $"{name}.json");
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"There is no scenario '{name}': neither such a file nor one in {Folder}. --list names those.");
        }

        return Parse(File.ReadAllText(path), path);
    }

    public static Scenario Parse(string text, string path)
    {
        Scenario scenario;
        try
        {
            scenario = JsonSerializer.Deserialize<Scenario>(text, Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not a scenario, at {e.Path}: {e.Message}", e);
        }

        List<string> problems = [.. ProblemsOf(scenario), .. scenario.Faults.SelectMany((fault, index) => ProblemsOf(fault, scenario.Cluster).Select(problem => $"faults[{index}]: {problem}"))];
        return problems.Count == 0
            ? scenario with { Name = Path.GetFileNameWithoutExtension(path) }
            : throw new InvalidDataException($"{path} is not a scenario:\n  {string.Join("\n  ", problems)}");
    }

    private static IEnumerable<string> ProblemsOf(Scenario scenario)
    {
        var (cluster, players) = (scenario.Cluster, scenario.Players);
        if (cluster.Silos < 1 || cluster.Gateways < 1)
        {
            yield return "cluster: silos and gateways must be 1 or more";
        }

        if (players.Rooms < 1 || players.Members < 1 || players.ConnectRate < 1 || players.Rate < 0 || players.Slow is < 0 or > 1)
        {
            yield return "players: rooms, members and connectRate must be 1 or more, rate 0 or more, slow from 0 to 1";
        }

        if (!SwarmGames.Names.Contains(players.Game))
        {
            yield return $"players.game: there is no game '{players.Game}', only {string.Join(", ", SwarmGames.Names)}";
        }

        if (scenario.Expect.LatencyRatio is <= 0)
        {
            yield return "expect.latencyRatio must be above 0";
        }

        var checks = Verdict.Of([], new CheckLimits()).Checks.Select(static check => check.Name).ToList();
        foreach (var unknown in scenario.Expect.Tolerate.Keys.Except(checks))
        {
            yield return $"expect.tolerate: there is no check '{unknown}', only {string.Join(", ", checks)}";
        }
    }

    private static IEnumerable<string> ProblemsOf(FaultSpec fault, ClusterSpec cluster)
    {
        if (fault.Times < 1 || fault.Sessions < 1)
        {
            yield return "times and sessions must be 1 or more";
        }

        if (fault.Do is FaultKind.Send or FaultKind.Admin)
        {
            if (fault.Target.Length > 0)
            {
                yield return $"target: '{fault.Do}' befalls no process of its own";
            }

            if (fault.Do == FaultKind.Send ? fault.MessageId <= 0 : fault.Path.Length == 0)
            {
                yield return fault.Do == FaultKind.Send ? "messageId is missing" : "path is missing";
            }
        }
        else if (!Targets.IsKnown(fault.Target, cluster) || fault.Target == Targets.Others)
        {
            yield return $"target: '{fault.Target}' is nobody in this cluster";
        }

        if (fault.Build is not null && (fault.Do is not (FaultKind.Stop or FaultKind.Kill) || Targets.HaveDatabase(fault.Target)))
        {
            yield return "build: only processes of ours that are stopped or killed are started again from a build";
        }

        if (fault.OneWay && fault.Do != FaultKind.Partition)
        {
            yield return "oneWay: only a partition has a direction";
        }

        if (fault.Do == FaultKind.Partition
            ? !Targets.IsKnown(fault.From, cluster) || Targets.HaveDatabase(fault.Target) || Targets.HaveDatabase(fault.From)
            : fault.From.Length > 0)
        {
            yield return fault.Do == FaultKind.Partition
                ? $"from: '{fault.From}' is nobody that '{fault.Target}' can be cut off from; processes can, the database cannot"
                : "from: only a partition has two sides";
        }
    }
}
