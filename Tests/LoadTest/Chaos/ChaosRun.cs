using GameCluster.LoadTest.Chaos.Clusters;
using GameCluster.LoadTest.Chaos.Faults;
using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Chaos;

/// <summary>One run of a scenario on a cluster that is there: players, faults, history, verdict.</summary>
internal static class ChaosRun
{
    /// <param name="historyFile">Where the history is written.</param>
    public static async Task<ChaosReport> ExecuteAsync(
        Scenario scenario, int seed, IChaosCluster cluster, string historyFile, TextWriter progress, CancellationToken cancellation)
    {
        var plan = PlannedFault.Of(scenario, seed);
        Refuse(cluster, plan);
        SwarmReport players;
        using (var history = new HistoryWriter(historyFile))
        {
            var swarm = new SwarmRun(SettingsOf(scenario, seed, cluster), SwarmGames.Of(scenario.Players.Game), history, new ServerProcesses([], null) { Others = () => cluster.Processes }, TextWriter.Null);
            players = await swarm.ExecuteAsync(
                running =>
                {
                    progress.WriteLine($"   0.0 s  all {scenario.Players.Rooms * scenario.Players.Members} players are in their rooms");
                    return new FaultRun(cluster, plan, history, progress) { Moved = () => swarm.Urls = cluster.Urls }.ExecuteAsync(running);
                },
                cancellation);
        }

        return ChaosReport.Of(scenario, seed, cluster.Description, await cluster.ExitsAsync(), players, HistoryReader.Read(historyFile));
    }

    /// <exception cref="InvalidDataException">The cluster cannot be disturbed so.</exception>
    private static void Refuse(IChaosCluster cluster, IReadOnlyList<IReadOnlyList<PlannedFault>> plan)
    {
        foreach (var fault in plan.SelectMany(static times => times))
        {
            if (fault.Groups.SelectMany(static group => group).FirstOrDefault(name => !cluster.Nodes.ContainsKey(name)) is { } missing)
            {
                throw new InvalidDataException($"The scenario disturbs {missing}, which is not this run's own: leave out --postgres.");
            }

            if (fault.From.Count > 0 && cluster.Network is null)
            {
                throw new InvalidDataException("The scenario parts the network, which cannot be done here.");
            }
        }
    }

    private static SwarmSettings SettingsOf(Scenario scenario, int seed, IChaosCluster cluster) => new()
    {
        Urls = cluster.Urls,
        Rooms = scenario.Players.Rooms,
        Members = scenario.Players.Members,
        Rate = scenario.Players.Rate,
        Seed = seed,
        ConnectRate = scenario.Players.ConnectRate,
        Duration = scenario.Duration,
        CutEvery = scenario.Players.CutEvery,
        LeaveEvery = scenario.Players.LeaveEvery,
        SlowShare = scenario.Players.Slow,
        Grace = scenario.Grace,
    };
}
