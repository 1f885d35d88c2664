using System.Diagnostics;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Many talkers, spread over gateways, while something happens to the cluster.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const int Steady = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<GameSocket> _sockets = [];
    private readonly List<Task> _running = [];

    private Crowd()
    {
    }

    public List<Talker> Talkers { get; } = [];

    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Starts them, and waits until each has been answered a few times.</summary>
    public static async Task<Crowd> StartAsync(IReadOnlyList<GameProcess> gateways, int talkers)
    {
        var crowd = new Crowd();
        for (var i = 0; i < talkers; i++)
        {
            var socket = await GameSocket.ConnectAsync(gateways[i % gateways.Count].ClientUri);
            crowd._sockets.Add(socket);
            crowd.Talkers.Add(new Talker(socket, crowd._clock, Pause));
        }

        crowd._running.AddRange(crowd.Talkers.Select(talker => talker.RunAsync(crowd._stopping.Token)));
        await crowd.SteadyAsync(TimeSpan.Zero, TimeSpan.FromSeconds(30));
        return crowd;
    }

    /// <summary>Completes when each talker's last requests, all of them sent after a moment, were answered well.</summary>
    public Task SteadyAsync(TimeSpan since, TimeSpan limit) => Wait.UntilAsync(
        async () =>
        {
            if (_running.Find(static talking => talking.IsFaulted) is { } failed)
            {
                await failed;
            }

            return Talkers.TrueForAll(talker => IsSteady(talker, since));
        },
        limit,
        $"all {Talkers.Count} sessions to be answered well",
        () => string.Join('\n', Talkers.Where(talker => !IsSteady(talker, since)).Select(static talker => string.Join(", ", talker.Exchanges.TakeLast(3)))));

    /// <summary>Lets every talker finish its request; fails if one was not answered.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running);
    }

    /// <summary>What talkers noticed of a thing that happened at a moment.</summary>
    public Disturbance DisturbanceSince(TimeSpan moment) => new(moment, Talkers);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        // They fail now that their sockets are gone; what they had to say was said by StopAsync.
        await Task.WhenAll(_running).ContinueWith(static _ => { }, TaskScheduler.Default);
        _stopping.Dispose();
    }

    private static bool IsSteady(Talker talker, TimeSpan since) =>
        talker.Exchanges is { Count: >= Steady } exchanges
        && exchanges.TakeLast(Steady).All(exchange => exchange.SentAt >= since && !exchange.IsDisturbed);
}
