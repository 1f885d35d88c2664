using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>What sessions notice when a silo dies or hangs. One that is stopped: see <see cref="RollingRestartTests"/>.</summary>
internal sealed class SiloLossTests
{
    private const int Talkers = 50;
    private const int Idlers = 30;

    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseLimit = TimeSpan.FromSeconds(5);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [TearDown]
    public void CheckLogs() => ProcessLog.AssertClean(SharedCluster.Processes);

    [Test]
    public async Task Kill_WhileSessionsTalk_AllWorkAgainAndSurvivorsNoticeNothing()
    {
        await using var idlers = await IdleGroup.StartAsync(SharedCluster.Gateways, Idlers);
        await using var crowd = await Crowd.StartAsync(SharedCluster.Gateways, Talkers);
        var moment = crowd.Now;

        await SharedCluster.Silos[0].KillAsync();

        var disturbance = await RecoverAsync(crowd, moment, KillLimit);
        AssertBearable(disturbance);
        Assert.That(disturbance.MostErrors, Is.LessThanOrEqualTo(1), "only what was under way to the silo is of unknown outcome, and a session has one request under way");
        await idlers.AssertAnsweredAsync();
        await AssertNothingPendingAsync();
    }

    [Test]
    public async Task Freeze_WhileSessionsTalk_AllWorkAgainAndTheSiloEndsWhenItWakes()
    {
        await using var idlers = await IdleGroup.StartAsync(SharedCluster.Gateways, Idlers);
        await using var crowd = await Crowd.StartAsync(SharedCluster.Gateways, Talkers);
        var moment = crowd.Now;
        var frozen = SharedCluster.Silos[0];

        frozen.Freeze();
        try
        {
            await AssertStatusIsToldAsync();
            AssertBearable(await RecoverAsync(crowd, moment, FreezeLimit));
            await idlers.AssertAnsweredAsync();
            await AssertNothingPendingAsync();
        }
        finally
        {
            frozen.Thaw();
        }

        Assert.That(await frozen.ExitAsync(), Is.Not.Zero, "a silo that was taken for dead must not go on");
    }

    private static void AssertBearable(Disturbance disturbance)
    {
        Assert.That(disturbance.Errors.Select(static error => error.Code), Is.All.AnyOf(503, 504));
        Assert.That(disturbance.OfSurvivors.Where(static exchange => exchange.IsError), Is.Empty, "sessions whose silo was not touched");
        Assert.That(disturbance.OfSurvivors.Select(static exchange => exchange.Took), Is.All.LessThan(PauseLimit));
    }

    /// <summary>Waits until every session is answered well again.</summary>
    private static async Task<Disturbance> RecoverAsync(Crowd crowd, TimeSpan moment, TimeSpan limit)
    {
        try
        {
            await crowd.SteadyAsync(moment + TimeSpan.FromSeconds(1), limit);
            await crowd.StopAsync();
        }
        finally
        {
            await TestContext.Out.WriteLineAsync(crowd.DisturbanceSince(moment).ToString());
        }

        return crowd.DisturbanceSince(moment);
    }

    /// <summary>Operators need their view most when a process does not answer.</summary>
    private static async Task AssertStatusIsToldAsync()
    {
        foreach (var gateway in SharedCluster.Gateways)
        {
            var status = await gateway.StatusAsync();
            Assert.That(status.GetProperty("gateways").GetArrayLength(), Is.EqualTo(2));
        }
    }

    private static async Task AssertNothingPendingAsync()
    {
        foreach (var gateway in SharedCluster.Gateways)
        {
            await Wait.UntilAsync(
                async () => await gateway.GaugeAsync("gamecluster_ingress_pending") == 0, PauseLimit, $"{gateway.Name} to have no call under way");
        }
    }
}
