using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using GameCluster.Tests.Infrastructure;
using Npgsql;

namespace GameCluster.Tests.Cluster;

/// <summary>
/// What sessions notice while PostgreSQL is away, and how fast the cluster is itself again. Short here; for as long as docs/reliability.md says with
/// <c>GAMECLUSTER_TEST_OUTAGE=60</c> (seconds).
/// </summary>
internal sealed class OutageTests
{
    private const int Talkers = 24;
    private const string Routes = "admin/v1/routes";

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(LongRun.Number("GAMECLUSTER_TEST_OUTAGE", 4));
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EvictionLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SteadyLimit = TimeSpan.FromSeconds(30);

    private OutageCluster _cluster;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await OutageCluster.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => _cluster.DisposeAsync().AsTask();

    [SetUp]
    public Task MakeWholeAsync() => _cluster.MakeWholeAsync();

    [Test]
    public Task Stop_WhileSessionsTalk_NothingFailsAndAllIsReadyAgainSoon() =>
        PlayThroughAsync(() => _cluster.Postgres.StopAsync(immediate: true), _cluster.Postgres.StartAsync);

    [Test]
    public Task Freeze_WhileSessionsTalk_NothingFailsAndAllIsReadyAgainSoon() =>
        PlayThroughAsync(_cluster.Postgres.PauseAsync, _cluster.Postgres.ResumeAsync);

    [Test]
    public async Task CutOfItsConnections_WhileSessionsTalk_IsNoOutage()
    {
        await using var crowd = await Crowd.StartAsync(_cluster.Gateways, Talkers);
        var moment = crowd.Now;

        await CutConnectionsAsync();

        await crowd.SteadyAsync(moment + TimeSpan.FromSeconds(2), SteadyLimit);
        await _cluster.ReadyAsync();
        await FinishAsync(crowd, moment);
        Assert.That(_cluster.Processes.Where(static process => process.Output.Contains("answers again, after", StringComparison.Ordinal)).Select(static process => process.Name),
            Is.EqualTo(_cluster.Processes.Where(static process => process.Output.Contains(", does not answer: ", StringComparison.Ordinal)).Select(static process => process.Name)),
            "whoever said that it is away also said that it is back");
    }

    [Test]
    public async Task Kill_OfASiloMeanwhile_ItIsEvictedSoonAfterTheReturnAndSurvivorsNoticeNothing()
    {
        await using var crowd = await Crowd.StartAsync(_cluster.Gateways, Talkers);
        var moment = crowd.Now;
        await _cluster.Postgres.StopAsync(immediate: true);
        await _cluster.AssertOutageIsBorneAsync();
        await _cluster.Silos[0].KillAsync();
        await LastsAsync(crowd, moment, all: false);

        await _cluster.Postgres.StartAsync();
        var clock = Stopwatch.StartNew();
        await Wait.UntilAsync(async () => await _cluster.MembersAsync() == 3, EvictionLimit, "the dead silo to be evicted", () => _cluster.Gateways[0].Output);
        var evicted = clock.Elapsed;

        await crowd.SteadyAsync(crowd.Now, SteadyLimit);
        await crowd.StopAsync();
        var disturbance = crowd.DisturbanceSince(moment);
        await TestContext.Out.WriteLineAsync($"evicted {evicted.TotalSeconds:0.0} s after the return; all answered {clock.Elapsed.TotalSeconds:0.0} s after it; {disturbance}");
        Assert.That(disturbance.OfSurvivors.Where(static exchange => exchange.IsError), Is.Empty, "sessions whose silo was not touched");
    }

    [Test]
    public async Task Freeze_GrainThatIsStored_IsToldAtOnceThatItCannotBe()
    {
        using var table = await _cluster.Gateways[0].Admin.GetAsync(Routes);
        await _cluster.Postgres.PauseAsync();
        try
        {
            await _cluster.AssertOutageIsBorneAsync();
            using var change = new HttpRequestMessage(HttpMethod.Put, Routes) { Content = new StringContent("""{"special":{"echo":[49999]}}""", Encoding.UTF8, "application/json") };
            change.Headers.IfMatch.Add(table.Headers.ETag!);
            var clock = Stopwatch.StartNew();
            using var answer = await _cluster.Gateways[0].Admin.SendAsync(change);

            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("storage"));
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1.5)), "not after the time-out of a statement");
        }
        finally
        {
            await _cluster.Postgres.ResumeAsync();
        }
    }

    private async Task PlayThroughAsync(Func<Task> takeAway, Func<Task> bringBack)
    {
        await using var crowd = await Crowd.StartAsync(_cluster.Gateways, Talkers);
        var moment = crowd.Now;
        await takeAway();
        try
        {
            await _cluster.AssertOutageIsBorneAsync();
            await using var players = await Players.LogInAsync(_cluster.Gateways, 5);
            await LastsAsync(crowd, moment, all: true);
        }
        finally
        {
            await bringBack();
        }

        var clock = Stopwatch.StartNew();
        foreach (var process in _cluster.Processes)
        {
            await Wait.UntilAsync(process.IsReadyAsync, ReadyLimit, $"{process.Name} to be ready again", () => process.Output);
        }

        await TestContext.Out.WriteLineAsync($"all ready {clock.Elapsed.TotalSeconds:0.0} s after the return");
        Assert.That(await _cluster.MembersAsync(), Is.EqualTo(4));
        await crowd.SteadyAsync(crowd.Now, SteadyLimit);
        await FinishAsync(crowd, moment);
    }

    /// <summary>Completes when the outage has lasted long enough; with <paramref name="all"/> not before every session was answered well in it.</summary>
    private static Task LastsAsync(Crowd crowd, TimeSpan moment, bool all) => all
        ? crowd.SteadyAsync(moment + Outage, Outage + SteadyLimit)
        : Wait.UntilAsync(() => crowd.Now > moment + Outage, Outage + SteadyLimit, "the outage to last");

    private static async Task FinishAsync(Crowd crowd, TimeSpan moment)
    {
        await crowd.StopAsync();
        var disturbance = crowd.DisturbanceSince(moment);
        await TestContext.Out.WriteLineAsync(disturbance.ToString());
        Assert.That(disturbance.Errors, Is.Empty);
        Assert.That(disturbance.Lost, Is.Zero);
    }

    private async Task CutConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        Assert.That(Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture), Is.GreaterThanOrEqualTo(4), "connections that were cut");
    }
}
