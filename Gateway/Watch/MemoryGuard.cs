using GameCluster.Watch;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Watch;

/// <summary>
/// Looks once a second how much memory this process uses. Over its limit, and after a collection has not helped, the process takes no new sessions, rooms or grains, and names whom to
/// suspect; what it has goes on. A grain that has allocated more than all others together begins anew, if it was enough to matter.
/// </summary>
internal sealed partial class MemoryGuard(ClusterWatch watch, AllocationBook allocations, TimeProvider time, IOptions<WatchOptions> options, ILogger<MemoryGuard> logger) : IHostedService
{
    private const double DefaultShare = 0.85;
    private const double ClearShare = 0.9;
    private const int Suspects = 5;

    /// <summary>A grain that allocated less than this part of the limit is not why memory is short.</summary>
    private const double GuiltyShare = 0.25;

    private const long MiB = 1024 * 1024;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>A full collection stops everything; it is tried no more often than this.</summary>
    private static readonly TimeSpan CollectPeriod = TimeSpan.FromSeconds(30);

    /// <summary>After that a grain's memory is given back, and another collection shows it.</summary>
    private static readonly TimeSpan GiveBackTime = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FadePeriod = TimeSpan.FromMinutes(1);

    private WatchLoop? _loop;
    private long _mayCollectAt = long.MinValue;
    private long _fadedAt;

    /// <summary>What the process may use.</summary>
    public long Limit => options.Value.MemoryLimitBytes is var set and > 0 ? set
        : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is var all and > 0 ? (long)(all * DefaultShare)
        : long.MaxValue;

    /// <summary>What it uses: all of it, or what the collector's heap holds if that is more.</summary>
    public static long Used => Math.Max(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = new WatchLoop("GameCluster memory guard", Period, Look);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _loop?.Dispose();
        return Task.CompletedTask;
    }

    private void Look()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_fadedAt, now) > FadePeriod)
        {
            _fadedAt = now;
            allocations.Fade();
        }

        var limit = Limit;
        if (watch.IsShortOfMemory)
        {
            var hasCollected = Collect(now);
            if (Used < limit * ClearShare)
            {
                watch.IsShortOfMemory = false;
                LogEnough(logger, Used / MiB, limit / MiB);
            }
            else
            {
                Accuse(limit, now, hasCollected);
            }
        }
        else if (Used > limit)
        {
            var hasCollected = Collect(now);
            if (Used > limit)
            {
                watch.IsShortOfMemory = true;
                LogShort(logger, Used / MiB, limit / MiB, allocations.Describe(Suspects));
                Accuse(limit, now, hasCollected);
            }
        }
    }

    /// <summary>Before a collection nobody knows who keeps what was allocated.</summary>
    private void Accuse(long limit, long now, bool hasCollected)
    {
        if (hasCollected && allocations.Accuse((long)(limit * GuiltyShare)))
        {
            _mayCollectAt = now + (long)(GiveBackTime.TotalSeconds * time.TimestampFrequency);
        }
    }

    private bool Collect(long now)
    {
        if (now < _mayCollectAt)
        {
            return false;
        }

        _mayCollectAt = now + (long)(CollectPeriod.TotalSeconds * time.TimestampFrequency);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }

    [LoggerMessage(LogLevel.Error, "Short of memory: {Used} MiB of {Limit} are used. No new sessions, rooms and grains are taken. Suspects: {Suspects}")]
    private static partial void LogShort(ILogger logger, long used, long limit, string suspects);

    [LoggerMessage(LogLevel.Information, "Memory is enough again: {Used} MiB of {Limit} are used")]
    private static partial void LogEnough(ILogger logger, long used, long limit);
}
