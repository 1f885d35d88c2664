using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>Measures what a session that says nothing costs a server in memory, while it is connected and while its client is away.</summary>
/// <param name="prime">Sessions opened, and kept, before memory is first read.</param>
internal sealed class IdleSessions(SwarmSettings settings, int prime, ServerProcesses servers, TextWriter progress)
{
    private readonly SwarmWorld _world = new(settings, new BoardGame(), new NoHistory());

    public async Task<IdleSessionsReport> ExecuteAsync(CancellationToken cancellation)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var bots = Enumerable.Range(0, prime + settings.Bots).Select(index => new Bot(index, null, _world)).ToList();
        var runs = new List<Task>();
        try
        {
            await bots[..prime].OpenAsync(_world, runs, running.Token);
            var before = await ReadAsync("primed", cancellation);
            await bots[prime..].OpenAsync(_world, runs, running.Token);
            var connected = await ReadAsync("connected", cancellation);

            // Without coming back: who is away costs its window only.
            bots[prime..].ForEach(static bot => bot.GoAway());
            var away = await ReadAsync("away", cancellation);
            return new IdleSessionsReport(settings.Bots, prime, ServerUsage.Between(servers.Pids, before, connected), ServerUsage.Between(servers.Pids, before, away), _world.Counts.ToText(), _world.Violations.ToDictionary());
        }
        finally
        {
            bots.ForEach(static bot => bot.End());
            await running.CancelAsync();
            bots.ForEach(static bot => bot.Dispose());
            await Task.WhenAll(runs);
        }
    }

    private async Task<IReadOnlyList<ProcessSample>> ReadAsync(string phase, CancellationToken cancellation)
    {
        progress.WriteLine($"{phase}, settling for {settings.Grace.TotalSeconds} s");
        await Task.Delay(settings.Grace, cancellation);
        return ServerUsage.ReadAll(servers.Pids);
    }
}
