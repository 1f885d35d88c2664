using System.Diagnostics;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>
/// One run of a swarm: all bots into their rooms, warm-up, the measured time, a calm time in which everything arrives, a count in each room, and the end
/// of all sessions.
/// </summary>
internal sealed class SwarmRun
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PublishEvery = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly SwarmSettings _settings;
    private readonly SwarmWorld _world;
    private readonly ServerProcesses _servers;
    private readonly TextWriter _progress;
    private readonly List<Bot> _bots;
    private string _phase = "connect";

    public SwarmRun(SwarmSettings settings, ISwarmGame game, IHistorySink history, ServerProcesses servers, TextWriter progress)
    {
        (_settings, _servers, _progress) = (settings, servers, progress);
        _world = new SwarmWorld(settings, game, history);
        var rooms = Enumerable.Range(0, settings.Rooms).Select(static _ => new SwarmRoom()).ToList();
        _bots = [.. Enumerable.Range(0, settings.Bots).Select(index => new Bot(index, rooms[index / settings.Members], _world))];
    }

    /// <summary>Where the bots connect; may be replaced during the run.</summary>
    public IReadOnlyList<Uri> Urls
    {
        get => _world.Urls;
        set => _world.Urls = value;
    }

    /// <summary>What has happened so far.</summary>
    public SwarmCounts Counts => _world.Counts;

    /// <param name="disturb">Runs beside the measured time, which lasts until it has ended too; null for nothing.</param>
    public async Task<SwarmReport> ExecuteAsync(Func<CancellationToken, Task>? disturb, CancellationToken cancellation)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] helpers = [EveryAsync(TickEvery, Tick, running.Token), EveryAsync(SampleEvery, Sample, running.Token)];
        var bots = await StartAsync(running.Token);
        try
        {
            await SettleAsync(LongestStart, cancellation);
            var measured = await MeasureAsync(disturb, cancellation);
            await CalmAsync(cancellation);
            return SwarmReport.Of(_settings, _world, measured, unsettled: _bots.Count(static bot => !bot.IsSettled));
        }
        finally
        {
            _bots.ForEach(static bot => bot.End());
            await Task.WhenAny(Task.WhenAll(bots), Task.Delay(LongestEnd, CancellationToken.None));
            await running.CancelAsync();
            _bots.ForEach(static bot => bot.Dispose());
            await Task.WhenAll([.. helpers, .. bots]);
        }
    }

    private async Task<List<Task>> StartAsync(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var running = new List<Task>();
        foreach (var bot in _bots)
        {
            var early = TimeSpan.FromSeconds((double)running.Count / _settings.ConnectRate) - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, cancellation);
            }

            running.Add(bot.RunAsync(cancellation));
        }

        return running;
    }

    /// <summary>Waits until every bot is in its room and has its answers.</summary>
    private async Task<bool> SettleAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        int unsettled;
        while ((unsettled = _bots.Count(static bot => !bot.IsSettled)) > 0 && Stopwatch.GetElapsedTime(started) < limit)
        {
            await Task.Delay(TickEvery, cancellation);
        }

        return unsettled == 0 || (_phase != "connect"
            ? false
            : throw new IOException($"{unsettled} of {_bots.Count} bots did not get into their rooms within {limit.TotalSeconds} s. {_world.Counts.ToText()}"));
    }

    private async Task<SwarmWindow> MeasureAsync(Func<CancellationToken, Task>? disturb, CancellationToken cancellation)
    {
        using var publishing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _phase = "warm-up";
        var started = Stopwatch.GetTimestamp();
        var (rate, due) = (_settings.Rate * _settings.Rooms, 0L);
        var publisher = EveryAsync(PublishEvery, PublishDue, publishing.Token);
        await Task.Delay(_settings.WarmUp, cancellation);

        _phase = "measure";
        var before = Edge();
        await Task.WhenAll(Task.Delay(_settings.Duration, cancellation), disturb?.Invoke(cancellation) ?? Task.CompletedTask);
        var after = Edge();
        await publishing.CancelAsync();
        await publisher;
        return new SwarmWindow(before.Timestamp, after.Timestamp, before.Published, after.Published, before.Delivered, after.Delivered, ServerUsage.Between(_servers.Pids, before.Servers, after.Servers));

        void PublishDue()
        {
            for (var until = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * rate); due < until; due++)
            {
                var (room, member) = (due % _settings.Rooms, due / _settings.Rooms % _settings.Members);
                _bots[(int)((room * _settings.Members) + member)].Publish();
            }
        }
    }

    /// <summary>Nobody publishes or cuts any more: what was published arrives, and each room is asked how much that was.</summary>
    private async Task CalmAsync(CancellationToken cancellation)
    {
        _phase = "calm";
        _bots.ForEach(static bot => bot.CalmDown());
        await Task.Delay(_settings.Grace, cancellation);
        await SettleAsync(_settings.Timeout * 2, cancellation);

        _phase = "count";
        foreach (var bot in _bots.Where((_, index) => index % _settings.Members == 0))
        {
            bot.Count();
        }

        await SettleAsync(_settings.Timeout * 2, cancellation);
    }

    private (long Timestamp, long Published, long Delivered, IReadOnlyList<ProcessSample> Servers) Edge() =>
        (Stopwatch.GetTimestamp(), _world.Counts.Published, _world.Counts.Delivered, ServerUsage.ReadAll(_servers.Pids));

    private void Tick() => _bots.ForEach(static bot => bot.Tick());

    private void Sample()
    {
        _servers.Sample(_world.History);
        _progress.WriteLine($"{_world.Now / 1_000_000,4} s  {_phase,-8} {_bots.Count(static bot => bot.IsConnected),6} connected  {_world.Counts.ToText()}");
    }

    private static async Task EveryAsync(TimeSpan period, Action act, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(period);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                act();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
