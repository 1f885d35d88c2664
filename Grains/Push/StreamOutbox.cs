using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Logging;

namespace GameCluster.Push;

/// <summary>
/// What streams of this silo have for one gateway. It travels in order, in batches with one call under way, and a call that fails is made again until the gateway is gone from the
/// cluster: so it arrives at least once, and the numbers make that once. Bounded in bytes: what is beyond is dropped, and its stream told when there is room again.
/// </summary>
internal sealed partial class StreamOutbox
{
    internal const int MaxWaitingBytes = 32 * 1024 * 1024;
    private const int MaxCallBytes = 1024 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly SiloAddress _address;
    private readonly IGatewayNode _gateway;
    private readonly Func<SiloAddress, bool> _isGone;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _onGone;
    private readonly BatchLink<StreamItem> _link;
    private readonly Lock _gate = new();
    private readonly HashSet<IStreamSource> _dropped = [];
    private long _waitingBytes;
    private long _added;
    private long _sent;

    public StreamOutbox(
        SiloAddress address, IGatewayNode gateway, Func<SiloAddress, bool> isGone, TimeProvider time, ILogger logger, Action onGone)
    {
        (_address, _gateway, _isGone, _time, _logger, _onGone) = (address, gateway, isGone, time, logger, onGone);
        _link = new BatchLink<StreamItem>(SendAsync, static item => item.Size);
    }

    /// <summary>How many items were added so far.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>How many items are not waiting any more: the gateway has them, or is gone.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Adds an item; never blocks.</summary>
    public void Add(StreamItem item)
    {
        var size = item.Size;
        if (Interlocked.Add(ref _waitingBytes, size) <= MaxWaitingBytes || item.Delivery is null)
        {
            Interlocked.Increment(ref _added);
            _link.Add(item);
            return;
        }

        Interlocked.Add(ref _waitingBytes, -size);
        if (item.Delivery.Class != DeliveryClass.Droppable)
        {
            lock (_gate)
            {
                _dropped.Add(item.Source);
            }
        }
    }

    private async Task SendAsync(StreamItem[] batch)
    {
        await SendAllAsync(batch).ConfigureAwait(false);
        Volatile.Write(ref _sent, _sent + batch.Length);
    }

    private async Task SendAllAsync(StreamItem[] batch)
    {
        for (var sent = 0; sent < batch.Length;)
        {
            var count = NextCall(batch.AsSpan(sent));
            if (!await CallAsync(new ArraySegment<StreamItem>(batch, sent, count)).ConfigureAwait(false))
            {
                GiveUp(batch.AsSpan(sent));
                return;
            }

            sent += count;
        }

        TellDropped();
    }

    /// <summary>How many items of the front go in one call: deliveries up to a size, or one end of a stream.</summary>
    private static int NextCall(ReadOnlySpan<StreamItem> items)
    {
        var (count, bytes) = (1, items[0].Size);
        while (items[0].Delivery is not null && count < items.Length && items[count].Delivery is not null && bytes + items[count].Size <= MaxCallBytes)
        {
            bytes += items[count++].Size;
        }

        return count;
    }

    /// <summary>False if the gateway is gone.</summary>
    private async Task<bool> CallAsync(ArraySegment<StreamItem> items)
    {
        for (var pause = FirstPause; ; pause = pause < LongestPause / 2 ? 2 * pause : LongestPause)
        {
            try
            {
                await CallOnceAsync(items).ConfigureAwait(false);
                Release(items);
                return true;
            }
            catch (Exception exception)
            {
                if (_isGone(_address))
                {
                    return false;
                }

                LogRepeated(_logger, items.Count, _address, exception.Message);
            }

            await Task.Delay(pause, _time).ConfigureAwait(false);
        }
    }

    private async Task CallOnceAsync(ArraySegment<StreamItem> items)
    {
        if (items[0].Delivery is null)
        {
            await _gateway.CloseStreamAsync(items[0].Stream, items[0].Closed, items[0].Epoch).ConfigureAwait(false);
            return;
        }

        var deliveries = new StreamDelivery[items.Count];
        for (var i = 0; i < deliveries.Length; i++)
        {
            deliveries[i] = items[i].Delivery!;
        }

        var missing = await _gateway.DeliverAsync(deliveries).ConfigureAwait(false);
        if (missing.Length > 0)
        {
            TellNotCarried(items, missing.ToHashSet());
        }
    }

    private void TellNotCarried(ArraySegment<StreamItem> items, HashSet<SessionId> missing)
    {
        foreach (var source in items.GroupBy(static item => item.Source))
        {
            var sessions = source.SelectMany(static item => item.Delivery!.MemberSpan.ToArray()).Select(static member => member.Session).Where(missing.Contains).Distinct().ToArray();
            if (sessions.Length > 0)
            {
                source.Key.OnNotCarried(_address, sessions, source.Max(static item => item.MadeAt));
            }
        }
    }

    private void GiveUp(ReadOnlySpan<StreamItem> items)
    {
        LogGivenUp(_logger, items.Length, _address);
        _onGone();
        Release(items);
        foreach (var source in items.ToArray().GroupBy(static item => item.Source))
        {
            source.Key.OnNotCarried(_address, null, source.Max(static item => item.MadeAt));
        }

        TellDropped();
    }

    private void TellDropped()
    {
        IStreamSource[] dropped;
        lock (_gate)
        {
            if (_dropped.Count == 0)
            {
                return;
            }

            dropped = [.. _dropped];
            _dropped.Clear();
        }

        foreach (var source in dropped)
        {
            source.OnDropped(_address);
        }
    }

    private void Release(ReadOnlySpan<StreamItem> items)
    {
        var bytes = 0L;
        foreach (var item in items)
        {
            bytes += item.Size;
        }

        Interlocked.Add(ref _waitingBytes, -bytes);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} deliveries of streams did not reach gateway {Gateway} and go again: {Reason}")]
    private static partial void LogRepeated(ILogger logger, int count, SiloAddress gateway, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gateway {Gateway} is gone; {Count} deliveries of streams are kept for its sessions' return")]
    private static partial void LogGivenUp(ILogger logger, int count, SiloAddress gateway);
}
