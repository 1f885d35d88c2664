using GameCluster.LoadTest.Chaos;
using GameCluster.LoadTest.Chaos.Clusters;
using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Chaos.Scenarios;

namespace GameCluster.Tests.Cluster;

/// <summary>A short run of the load tool's <c>chaos</c>: players in rooms, whose connections are cut and whose gateways are killed, miss nothing and see nothing twice.</summary>
internal sealed class ChaosTests
{
    private string _folder;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("gamecluster-chaos-").FullName;
        await SharedCluster.MakeWholeAsync();
    }

    [Test]
    public async Task Short_OnTheSharedCluster_KeepsEveryPromise()
    {
        await using var cluster = ProcessCluster.Of(SharedCluster.Cluster);

        var report = await ChaosRun.ExecuteAsync(ScenarioFile.Read("short"), TestSeed.Next(), cluster, Path.Combine(_folder, "history.jsonl"), TestContext.Out, CancellationToken.None);

        await TestContext.Out.WriteLineAsync(report.ToString());
        Assert.That(report.Passed, Is.True, () => $"{_folder}\n{report}");
        Assert.That(new[] { report.Players.Counts.OwnCuts, report.Players.BackAfterServerEndMs.Count, report.Players.Counts.Delivered }, Is.All.Positive);
        Assert.That(report.Timeline.Faults.Select(static fault => fault.Until - fault.At), Is.All.GreaterThan(0.1).And.All.LessThan(report.Timeline.Length), "every fault began and ended");
        Assert.That(HtmlReport.Render(report), Does.Contain("passed").And.Not.Contain("http://").And.Not.Contain("https://"), "the page needs nothing else");
        Directory.Delete(_folder, recursive: true);
    }
}
