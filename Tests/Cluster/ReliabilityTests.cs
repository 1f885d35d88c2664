using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Swarm;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Players in durable rooms whose silos are killed miss nothing and see nothing twice.</summary>
internal sealed class ReliabilityTests
{
    private const int Kills = 3;
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(3);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [Test]
    public async Task KillSilos_PlayersInDurableRooms_KeepEveryPromise()
    {
        var settings = new SwarmSettings
        {
            Urls = [.. SharedCluster.Gateways.Select(static gateway => gateway.ClientUri)],
            Rooms = 4,
            Members = 10,
            Rate = 5,
            Seed = TestSeed.Next(),
            Duration = TimeSpan.FromSeconds(15),
            Grace = TimeSpan.FromSeconds(5),
        };
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"history-{settings.Seed}.jsonl");

        SwarmReport report;
        using (var history = new HistoryWriter(path))
        {
            var run = new SwarmRun(settings, new BoardGame(isDurable: true), history, new ServerProcesses([], null), TextWriter.Null);
            report = await run.ExecuteAsync(KillAsync, CancellationToken.None);
        }

        var verdict = Verdict.Of(HistoryReader.Read(path), new CheckLimits { Grace = settings.Grace });
        TestContext.Out.WriteLine($"{report}{verdict}");
        Assert.That(report.IsFaultless, Is.True, report.ToString);
        Assert.That(report.Counts.Delivered, Is.Positive);
        Assert.That(verdict.Passed, Is.True, $"{path}\n{verdict}");
        File.Delete(path);
    }

    /// <summary>Kills one silo after another, and starts another one for it each time.</summary>
    private static async Task KillAsync(CancellationToken cancellation)
    {
        for (var kills = 0; kills < Kills; kills++)
        {
            await Task.Delay(BetweenKills, cancellation);
            await SharedCluster.Silos[0].KillAsync();
            await SharedCluster.MakeWholeAsync();
        }
    }
}
