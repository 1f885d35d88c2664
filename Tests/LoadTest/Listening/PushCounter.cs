using System.Collections.Concurrent;
using GameCluster.LoadTest.Measuring;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Listening;

/// <summary>
/// Counts pushes by message id and takes their latency from the body's field <c>sent_at</c>: milliseconds since 1970 (UTC), as a number.
/// The sender's clock must agree with this machine's.
/// </summary>
internal sealed class PushCounter(TimeProvider time)
{
    private const int MostIds = 256;
    private const int OtherIds = int.MinValue;

    private readonly ConcurrentDictionary<int, long> _byId = new();
    private readonly LatencyRecorder _latency = new();
    private volatile bool _isMeasuring;
    private long _total;

    /// <summary>All pushes so far, in the window or not.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Pushes in the window by message id; those of ids beyond the first 256 stand under the lowest int32.</summary>
    public IReadOnlyDictionary<int, long> ById => _byId;

    public LatencySummary Latency => _latency.Summarize();

    public void BeginWindow() => _isMeasuring = true;

    public void EndWindow() => _isMeasuring = false;

    public void Count(int messageId, ReadOnlySpan<byte> body)
    {
        Interlocked.Increment(ref _total);
        if (!_isMeasuring)
        {
            return;
        }

        var id = _byId.ContainsKey(messageId) || _byId.Count < MostIds ? messageId : OtherIds;
        _byId.AddOrUpdate(id, 1, (_, count) => count + 1);
        if (body.IndexOf("\"sent_at\""u8) >= 0 && GameFrame.TryReadNumber(body, "sent_at"u8, out var sentAt))
        {
            var age = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds - sentAt;
            _latency.Record(TimeSpan.FromMilliseconds(Math.Clamp(age, 0, TimeSpan.FromHours(1).TotalMilliseconds)));
        }
    }
}
