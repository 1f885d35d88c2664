using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.Tests.LoadTool;

/// <summary>The swarm and the checks together, over real sockets: they pass a server that keeps its promises, and catch one that does not.</summary>
[CancelAfter(60_000)]
internal sealed class SwarmTests
{
    private string _history;

    [SetUp]
    public void NameHistory() => _history = Path.GetTempFileName();

    [TearDown]
    public void DeleteHistory() => File.Delete(_history);

    [TestCase(BoardServerBug.None, null)]
    [TestCase(BoardServerBug.ForgetsOnResume, "order")]
    [TestCase(BoardServerBug.ReplaysTooMuch, "order")]
    [TestCase(BoardServerBug.ExecutesRepeats, "delivery")]
    [TestCase(BoardServerBug.ForgetsAMember, "delivery")]
    public async Task Execute_BotsThatAreCutOff_FindWhatTheServerDoesWrong(BoardServerBug bug, string? caughtBy)
    {
        await using var server = await BoardServer.StartAsync(bug);
        var settings = new SwarmSettings
        {
            Urls = [server.Url],
            Rooms = 2,
            Members = 5,
            Rate = 100,
            WarmUp = TimeSpan.Zero,
            Duration = TimeSpan.FromSeconds(3),
            CutEvery = TimeSpan.FromSeconds(0.5),
            LeaveEvery = bug == BoardServerBug.ForgetsAMember ? TimeSpan.Zero : TimeSpan.FromSeconds(2),
            Grace = TimeSpan.FromSeconds(1),
        };

        var report = await RunAsync(settings);

        var verdict = Verdict.Of(HistoryReader.Read(_history), new CheckLimits { Grace = settings.Grace });
        TestContext.Out.WriteLine($"{report}{verdict}");
        var failed = verdict.Checks.Where(static check => !check.Passed).Select(static check => check.Name);
        Assert.That(report.IsFaultless, Is.True, report.ToString);
        Assert.That(new[] { report.Counts.OwnCuts, report.Counts.Resumed, report.Counts.Delivered }, Is.All.Positive);
        Assert.That(report.BackAfterOwnCutMs.Count, Is.EqualTo(report.Counts.Resumed));
        Assert.That(failed, caughtBy is null ? Is.Empty : Has.Member(caughtBy), verdict.ToString);
    }

    [Test]
    public async Task Execute_SlowReadersThatAreNotCut_ReceiveEverything()
    {
        await using var server = await BoardServer.StartAsync(BoardServerBug.None);
        var settings = new SwarmSettings
        {
            Urls = [server.Url],
            Rooms = 1,
            Members = 4,
            Rate = 20,
            WarmUp = TimeSpan.Zero,
            Duration = TimeSpan.FromSeconds(1),
            Grace = TimeSpan.FromSeconds(0.2),
            SlowShare = 0.5,
            SlowFor = TimeSpan.FromSeconds(0.2),
        };

        var report = await RunAsync(settings);

        Assert.That(report.IsFaultless, Is.True, report.ToString);
        Assert.That(report.Counts.OwnCuts, Is.Zero);
        Assert.That(report.Counts.Delivered, Is.EqualTo(4 * report.Counts.Published).And.Positive);
    }

    private async Task<SwarmReport> RunAsync(SwarmSettings settings)
    {
        using var history = new HistoryWriter(_history);
        return await new SwarmRun(settings, new BoardGame(), history, new ServerProcesses([Environment.ProcessId], null), TextWriter.Null).ExecuteAsync(null, CancellationToken.None);
    }
}
