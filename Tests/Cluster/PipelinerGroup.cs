using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Pipelining clients on several gateways that go on until told to finish.</summary>
internal sealed class PipelinerGroup : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<GameSocket> _sockets = [];
    private readonly List<Pipeliner> _pipeliners = [];
    private Task _running = Task.CompletedTask;

    public int Sent => _pipeliners.Sum(static pipeliner => pipeliner.Sent);

    /// <summary>Starts them; each sends so many frames, or for ever.</summary>
    public static async Task<PipelinerGroup> StartAsync(IReadOnlyList<GameProcess> gateways, int sessions, int seed, int frames = int.MaxValue)
    {
        var group = new PipelinerGroup();
        for (var i = 0; i < sessions; i++)
        {
            var socket = await GameSocket.ConnectAsync(gateways[i % gateways.Count].ClientUri);
            group._sockets.Add(socket);
            group._pipeliners.Add(new Pipeliner(socket, new Random(seed + i)));
        }

        group._running = Task.WhenAll(group._pipeliners.Select(pipeliner => pipeliner.RunAsync(frames, group._stopping.Token)));
        return group;
    }

    /// <summary>Waits until each has sent its frames.</summary>
    public Task CompleteAsync() => _running;

    /// <summary>Stops sending, waits for all replies, and checks them.</summary>
    public async Task FinishAsync(bool mayForget = false)
    {
        await _stopping.CancelAsync();
        await _running;
        foreach (var pipeliner in _pipeliners)
        {
            pipeliner.AssertOrdered(mayForget);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        // They fail now that their sockets are gone, unless FinishAsync has seen them end.
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stopping.Dispose();
    }
}
