using System.Diagnostics;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>Opens many sessions, cuts all their connections at the same moment, and measures how long it takes until each has its session back.</summary>
/// <param name="limit">How long that may take.</param>
internal sealed class HerdRun(SwarmSettings settings, TimeSpan limit, ServerProcesses servers, TextWriter progress)
{
    private readonly SwarmWorld _world = new(settings, new BoardGame(), new NoHistory());

    public async Task<HerdReport> ExecuteAsync(CancellationToken cancellation)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var bots = Enumerable.Range(0, settings.Bots).Select(index => new Bot(index, null, _world)).ToList();
        var runs = new List<Task>();
        try
        {
            await bots.OpenAsync(_world, runs, running.Token);
            progress.WriteLine($"{bots.Count} sessions, settling for {settings.Grace.TotalSeconds} s");
            await Task.Delay(settings.Grace, cancellation);
            var before = ServerUsage.ReadAll(servers.Pids);
            var started = Stopwatch.GetTimestamp();
            bots.ForEach(static bot => bot.Cut());
            progress.WriteLine($"all cut within {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
            await bots.AreConnectedAsync(limit, cancellation);
            return HerdReport.Of(
                settings,
                _world,
                Stopwatch.GetElapsedTime(started),
                bots.Count(static bot => !bot.IsConnected),
                ServerUsage.Between(servers.Pids, before, ServerUsage.ReadAll(servers.Pids)));
        }
        finally
        {
            bots.ForEach(static bot => bot.End());
            await running.CancelAsync();
            bots.ForEach(static bot => bot.Dispose());
            await Task.WhenAll(runs);
        }
    }
}
