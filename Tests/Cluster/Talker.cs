using System.Diagnostics;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>
/// A client in a closed loop: it plays a round of dice, whose total is kept in memory by the session's grain, then has a counter echoed, and begins
/// again. Every request must be answered, be it by an error frame.
/// </summary>
internal sealed class Talker(GameSocket socket, Stopwatch clock, TimeSpan pause)
{
    private const int Roll = 30000;
    private const int Echo = 40000;

    private readonly Lock _gate = new();
    private readonly List<Exchange> _exchanges = [];
    private int? _total = 0;

    /// <summary>What was sent and what came of it.</summary>
    public IReadOnlyList<Exchange> Exchanges
    {
        get
        {
            lock (_gate)
            {
                return [.. _exchanges];
            }
        }
    }

    /// <summary>When the game first turned out to have lost its memory, which it does with its silo; null if it never did.</summary>
    public TimeSpan? LostAt { get; private set; }

    /// <summary>Whether the total was such, at some error or at the end, that a loss of memory would not show.</summary>
    public bool IsAmbiguous { get; private set; }

    /// <summary>Talks until told to stop, and then to the end of the request under way.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        for (var counter = 0; !stopping.IsCancellationRequested; counter++)
        {
            await RollAsync();
            await EchoAsync(counter);
            await Task.Delay(pause, CancellationToken.None);
        }
    }

    private async Task RollAsync()
    {
        IsAmbiguous |= _total == 0 && _exchanges.Count > 0;
        var (reply, code) = await RequestAsync(Roll, "{}");
        if (code != 200)
        {
            return;
        }

        var (total, won) = (reply["total"].GetInt32(), reply["won"].GetInt32());
        if (total != _total + won)
        {
            LostAt ??= clock.Elapsed;
        }

        _total = total;
    }

    private async Task EchoAsync(int counter)
    {
        var (reply, code) = await RequestAsync(Echo, $$"""{"code":200,"counter":{{counter}}}""");
        if (code == 200)
        {
            Assert.That(reply["counter"].GetInt32(), Is.EqualTo(counter));
        }
    }

    private async Task<(ReceivedFrame Reply, int Code)> RequestAsync(int messageId, string json)
    {
        var sentAt = clock.Elapsed;
        var reply = await socket.RequestAsync(messageId, json);
        var code = reply.Code;
        lock (_gate)
        {
            _exchanges.Add(new Exchange(messageId, sentAt, clock.Elapsed, code));
        }

        return (reply, code);
    }
}

/// <summary>A request and its reply.</summary>
internal sealed record Exchange(int MessageId, TimeSpan SentAt, TimeSpan RepliedAt, int Code)
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(750);

    public TimeSpan Took => RepliedAt - SentAt;

    public bool IsError => Code != 200;

    /// <summary>Whether a player would have noticed.</summary>
    public bool IsDisturbed => IsError || Took > Slow;
}
