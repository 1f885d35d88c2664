using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Swarm;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.EndToEnd;

/// <summary>A room whose messages go to more members than one thread passes them to, on a gateway that takes itself to have many cores.</summary>
[CancelAfter(120_000)]
internal sealed class FanOutTests
{
    private string _history;
    private GameProcess _server;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _history = Path.GetTempFileName();
        _server = await Server.StartAsync("fan-out", ("DOTNET_PROCESSOR_COUNT", "8"));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        File.Delete(_history);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Broadcast_InALargeRoom_ReachesAllInOneOrder()
    {
        var settings = new SwarmSettings
        {
            Urls = [_server.ClientUri],
            Rooms = 1,
            Members = 250,
            Rate = 20,
            WarmUp = TimeSpan.Zero,
            Duration = TimeSpan.FromSeconds(3),
            CutEvery = TimeSpan.FromSeconds(30),
            Grace = TimeSpan.FromSeconds(4),
        };
        SwarmReport report;
        using (var history = new HistoryWriter(_history))
        {
            report = await new SwarmRun(settings, new StageGame(100), history, new ServerProcesses([], null), TextWriter.Null).ExecuteAsync(null, CancellationToken.None);
        }

        var verdict = Verdict.Of(HistoryReader.Read(_history), new CheckLimits { Grace = settings.Grace });
        Assert.That(report.IsFaultless, Is.True, report.ToString);
        Assert.That(verdict.Passed, Is.True, verdict.ToString);
        Assert.That(report.Counts.Delivered, Is.GreaterThan(5_000));
    }
}
