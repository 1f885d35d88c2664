using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Swarm;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>The short form of Tests/LoadTest/resume.sh: players in rooms, whose connections are cut and whose gateways are killed, miss nothing and see nothing twice.</summary>
internal sealed class ReliabilityTests
{
    private const int Kills = 3;
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(3);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [Test]
    public async Task KillGateways_PlayersInRoomsThatAreCutOffToo_KeepEveryPromise()
    {
        var settings = new SwarmSettings
        {
            Urls = [.. SharedCluster.Gateways.Select(static gateway => gateway.ClientUri)],
            Rooms = 4,
            Members = 10,
            Rate = 5,
            Seed = TestSeed.Next(),
            Duration = TimeSpan.FromSeconds(15),
            CutEvery = TimeSpan.FromSeconds(5),
            Grace = TimeSpan.FromSeconds(5),
        };
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"history-{settings.Seed}.jsonl");

        SwarmReport report;
        using (var history = new HistoryWriter(path))
        {
            var run = new SwarmRun(settings, new BoardGame(), history, new ServerProcesses([], null), TextWriter.Null);
            report = await run.ExecuteAsync(cancellation => KillAsync(run, cancellation), CancellationToken.None);
        }

        var verdict = Verdict.Of(HistoryReader.Read(path), new CheckLimits { Grace = settings.Grace });
        TestContext.Out.WriteLine($"{report}{verdict}");
        Assert.That(report.IsFaultless, Is.True, report.ToString);
        Assert.That(new[] { report.Counts.OwnCuts, report.BackAfterServerEndMs.Count, report.Counts.Delivered }, Is.All.Positive);
        Assert.That(verdict.Passed, Is.True, $"{path}\n{verdict}");
        File.Delete(path);
    }

    /// <summary>Kills one gateway after another, and starts another one for it each time.</summary>
    private static async Task KillAsync(SwarmRun run, CancellationToken cancellation)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(BetweenKills, cancellation);
            await SharedCluster.Gateways[0].KillAsync();
            await SharedCluster.MakeWholeAsync();
            run.Urls = [.. SharedCluster.Gateways.Select(static gateway => gateway.ClientUri)];
        }
    }
}
