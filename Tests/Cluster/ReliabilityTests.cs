using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Swarm;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>The short form of Tests/LoadTest/resume.sh: players in rooms, whose connections are cut and whose gateways or silos are killed, miss nothing and see nothing twice.</summary>
internal sealed class ReliabilityTests
{
    private const int Kills = 3;
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(3);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [Test]
    public Task KillGateways_PlayersInRoomsThatAreCutOffToo_KeepEveryPromise() =>
        RunAsync(new BoardGame(), TimeSpan.FromSeconds(5), static () => SharedCluster.Gateways[0].KillAsync());

    [Test]
    public Task KillSilos_PlayersInDurableRooms_KeepEveryPromise() =>
        RunAsync(new BoardGame(isDurable: true), TimeSpan.Zero, static () => SharedCluster.Silos[0].KillAsync());

    private static async Task RunAsync(BoardGame game, TimeSpan cutEvery, Func<Task> kill)
    {
        var settings = new SwarmSettings
        {
            Urls = [.. SharedCluster.Gateways.Select(static gateway => gateway.ClientUri)],
            Rooms = 4,
            Members = 10,
            Rate = 5,
            Seed = TestSeed.Next(),
            Duration = TimeSpan.FromSeconds(15),
            CutEvery = cutEvery,
            Grace = TimeSpan.FromSeconds(5),
        };
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"history-{settings.Seed}.jsonl");

        SwarmReport report;
        using (var history = new HistoryWriter(path))
        {
            var run = new SwarmRun(settings, game, history, new ServerProcesses([], null), TextWriter.Null);
            report = await run.ExecuteAsync(cancellation => KillAsync(run, kill, cancellation), CancellationToken.None);
        }

        var verdict = Verdict.Of(HistoryReader.Read(path), new CheckLimits { Grace = settings.Grace });
        TestContext.Out.WriteLine($"{report}{verdict}");
        Assert.That(report.IsFaultless, Is.True, report.ToString);
        Assert.That(report.Counts.Delivered, Is.Positive);
        Assert.That(cutEvery == TimeSpan.Zero || (report.Counts.OwnCuts > 0 && report.BackAfterServerEndMs.Count > 0), Is.True, "connections were cut, and came back");
        Assert.That(verdict.Passed, Is.True, $"{path}\n{verdict}");
        File.Delete(path);
    }

    /// <summary>Kills one process after another, and starts another one for it each time.</summary>
    private static async Task KillAsync(SwarmRun run, Func<Task> kill, CancellationToken cancellation)
    {
        for (var kills = 0; kills < Kills; kills++)
        {
            await Task.Delay(BetweenKills, cancellation);
            await kill();
            await SharedCluster.MakeWholeAsync();
            run.Urls = [.. SharedCluster.Gateways.Select(static gateway => gateway.ClientUri)];
        }
    }
}
