using System.Diagnostics;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Processes that die without a word and come back at the same place. <c>GAMECLUSTER_TEST_RESTARTS=50</c> for a long run.</summary>
internal sealed class ColdStartTests
{
    private static readonly int Restarts = LongRun.Number("GAMECLUSTER_TEST_RESTARTS", 3);
    private static readonly TimeSpan ColdStartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RestartLimit = TimeSpan.FromSeconds(20);

    private OutageCluster _cluster;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await OutageCluster.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => _cluster.DisposeAsync().AsTask();

    [Test]
    public async Task Kill_AndStartAtTheSamePlaceAtOnce_TheNewOneTakesOverEachTime()
    {
        var slowest = TimeSpan.Zero;
        for (var restart = 0; restart < Restarts; restart++)
        {
            var silo = _cluster.Silos[restart % _cluster.Silos.Count];
            await silo.KillAsync();
            var clock = Stopwatch.StartNew();
            var again = _cluster.StartAgain(silo);

            await Wait.UntilAsync(again.IsReadyAsync, RestartLimit, $"{again.Name} to be ready again", () => again.Output);
            await Wait.UntilAsync(async () => await _cluster.MembersAsync() == 4, RestartLimit, "four members: the new one, and no ghost of the old", () => again.Output);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        await TestContext.Out.WriteLineAsync($"{Restarts} restarts, the slowest took {slowest.TotalSeconds:0.0} s from kill to ready");
        Assert.That(_cluster.Processes, Has.Count.EqualTo(4), "nobody else has ended");
    }

    [Test]
    public async Task Kill_OfEverythingWithTheDatabase_TheClusterIsBackSoon()
    {
        var killed = _cluster.Processes;
        foreach (var process in killed)
        {
            await process.KillAsync();
        }

        await _cluster.Postgres.StopAsync(immediate: true);
        var clock = Stopwatch.StartNew();
        foreach (var process in killed)
        {
            _cluster.StartAgain(process);
        }

        await _cluster.Postgres.StartAsync();
        await _cluster.ReadyAsync();
        await TestContext.Out.WriteLineAsync($"ready {clock.Elapsed.TotalSeconds:0.0} s after the start of everything");
        Assert.That(clock.Elapsed, Is.LessThan(ColdStartLimit));
        await using var players = await Players.LogInAsync(_cluster.Gateways, 5);
    }
}
