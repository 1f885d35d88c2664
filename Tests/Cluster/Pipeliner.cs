using System.Text.Json;
using System.Threading.Channels;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>
/// A client that does not wait for replies: it sends frames to several services in bursts of random length with random pauses, and reads what comes back at
/// the same time. What was sent to one service must be answered once each, in the order sent.
/// </summary>
internal sealed class Pipeliner(GameSocket socket, Random random)
{
    private const int Beat = 10000;
    private const int Roll = 30000;
    private const int Echo = 40000;
    private const int MaxBurst = 40;
    private const int MaxPauseMs = 30;

    private static readonly int[] Ids = [Beat, Roll, Echo, Echo];

    private readonly Dictionary<int, int> _sent = new() { [Beat] = 0, [Roll] = 0, [Echo] = 0 };
    private readonly Dictionary<int, List<ReceivedFrame>> _received = new() { [Beat] = [], [Roll] = [], [Echo] = [] };

    /// <summary>One entry for each frame that is sent, so that the receiver knows what to wait for.</summary>
    private readonly Channel<bool> _owed = Channel.CreateUnbounded<bool>();

    public int Sent => _sent.Values.Sum();

    /// <summary>Sends and receives until as many frames are sent, or it is told to stop, and all are answered.</summary>
    public Task RunAsync(int frames, CancellationToken stopping = default) => Task.WhenAll(SendAsync(frames, stopping), ReceiveAsync());

    /// <summary>Fails if a reply is missing, there twice, an error or out of order.</summary>
    /// <param name="mayForget">Whether the game's total may begin anew, as it does when its silo leaves.</param>
    public void AssertOrdered(bool mayForget = false)
    {
        foreach (var (id, sent) in _sent)
        {
            Assert.That(_received[id], Has.Count.EqualTo(sent), $"replies to message {id}");
            Assert.That(_received[id].Where(static frame => frame.Code != 200), Is.Empty);
        }

        Assert.That(_received[Echo].Select(static frame => frame["counter"].GetInt32()), Is.EqualTo(Enumerable.Range(0, _sent[Echo])), "echoed counters");
        AssertTotals(mayForget);
    }

    private void AssertTotals(bool mayForget)
    {
        var total = 0;
        foreach (var body in _received[Roll].Select(static frame => JsonSerializer.Deserialize<JsonElement>(frame.Body)))
        {
            var (now, won) = (body.GetProperty("total").GetInt32(), body.GetProperty("won").GetInt32());
            Assert.That(now == total + won || (mayForget && now == won), $"a total of {now} after {total} and {won} won");
            total = now;
        }
    }

    private async Task SendAsync(int frames, CancellationToken stopping)
    {
        try
        {
            while (Sent < frames && !stopping.IsCancellationRequested)
            {
                for (var left = Math.Min(random.Next(1, MaxBurst), frames - Sent); left > 0; left--)
                {
                    var id = Ids[random.Next(Ids.Length)];
                    await socket.SendAsync(id, $$"""{"code":200,"counter":{{_sent[id]++}}}""");
                    _owed.Writer.TryWrite(true);
                }

                // Not a wait for anything: the shape of the load.
                await Task.Delay(random.Next(MaxPauseMs), CancellationToken.None);
            }
        }
        finally
        {
            _owed.Writer.Complete();
        }
    }

    private async Task ReceiveAsync()
    {
        await foreach (var _ in _owed.Reader.ReadAllAsync())
        {
            ReceivedFrame frame;
            do
            {
                frame = await socket.ReceiveAsync();
            }
            while (!_received.ContainsKey(frame.MessageId));
            _received[frame.MessageId].Add(frame);
        }
    }
}
