using System.Threading.Channels;
using GameCluster.Placement;
using GameCluster.Rooms.Journal;
using GameCluster.Services;
using GameCluster.Watch;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GameCluster.Rooms;

/// <summary>
/// Sees to it that durable rooms of a silo that is gone go on elsewhere at once, and not when the next message comes. The silos share the work; what one of them leaves undone, the others do a
/// little later. So it is after a start of the whole cluster.
/// </summary>
internal sealed partial class RoomKeeper(
    IClusterMembershipService membership, ILocalSiloDetails local, IGrainFactory grains, ServiceCatalog catalog, ClusterWatch watch, RoomTable table, TimeProvider time, ILogger<RoomKeeper> logger,
    IRoomJournal? journal = null)
    : BackgroundService
{
    private const int Portion = 100;
    private const int Parallel = 16;
    private const int Patience = 2;

    private static readonly TimeSpan CalmPeriod = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BusyPeriod = TimeSpan.FromSeconds(3);

    private readonly Channel<bool> _losses = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Owners that were gone at the last look as well: whoever should have taken their rooms over has not.</summary>
    private HashSet<string> _left = [];

    // How many silos were lost so far, and how many looks after the last loss may leave rooms behind. One that cannot be opened must not keep lists incomplete for ever.
    private int _lost;
    private int _patience = Patience;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        journal is null ? Task.CompletedTask : RunAsync(journal, stoppingToken);

    private Task RunAsync(IRoomJournal rooms, CancellationToken stoppingToken)
    {
        table.IsUnsettled = true;
        return Task.WhenAll(WatchAsync(stoppingToken), KeepAsync(rooms, stoppingToken));
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        await foreach (var (_, left) in membership.FollowAsync(stoppingToken))
        {
            if (left.Count > 0)
            {
                Interlocked.Increment(ref _lost);
                table.IsUnsettled = true;
                _losses.Writer.TryWrite(true);
            }
        }
    }

    private async Task KeepAsync(IRoomJournal rooms, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var period = BusyPeriod;
            try
            {
                period = await LookAsync(rooms, stoppingToken) ? CalmPeriod : BusyPeriod;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotLooked(logger, exception.Message);
            }

            await WaitAsync(period, stoppingToken);
        }
    }

    /// <summary>Waits for the next loss, or for so long.</summary>
    private async Task WaitAsync(TimeSpan period, CancellationToken stoppingToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var pause = Task.Delay(period, time, limit.Token);
        var loss = _losses.Reader.WaitToReadAsync(limit.Token).AsTask();
        await Task.WhenAny(pause, loss);
        _losses.Reader.TryRead(out _);
        await limit.CancelAsync();
        await Task.WhenAll(pause, loss).ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Whether every room has an owner that is there.</summary>
    private async Task<bool> LookAsync(IRoomJournal rooms, CancellationToken stoppingToken)
    {
        var members = membership.CurrentSnapshot.Members;
        var active = members.Values.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.SiloAddress).Order().ToList();
        var place = active.IndexOf(local.SiloAddress);
        if (place < 0)
        {
            return false;
        }

        var lost = Volatile.Read(ref _lost);
        var present = members.Values.Where(static member => member.Status != SiloStatus.Dead).Select(static member => member.SiloAddress.ToParsableString()).ToHashSet(StringComparer.Ordinal);
        var gone = (await rooms.ListOwnersAsync()).Where(owner => !present.Contains(owner)).ToList();
        foreach (var owner in gone)
        {
            var takesAll = _left.Contains(owner);
            await TakeOverAsync(rooms, owner, room => takesAll || room.Id % active.Count == place, stoppingToken);
        }

        _left = [.. gone];
        Settle(gone.Count == 0, lost);
        return gone.Count == 0;
    }

    /// <summary>A look has ended that began after so many losses.</summary>
    private void Settle(bool isSettled, int lost)
    {
        _patience = lost != Volatile.Read(ref _lost) ? Patience : isSettled ? 0 : _patience - 1;
        if (_patience > 0)
        {
            return;
        }

        (_patience, table.IsUnsettled) = (Patience, false);
        if (lost != Volatile.Read(ref _lost))
        {
            table.IsUnsettled = true;
        }
    }

    private async Task TakeOverAsync(IRoomJournal rooms, string owner, Func<OwnedRoom, bool> isMine, CancellationToken stoppingToken)
    {
        var (count, startedAt) = (0, time.GetTimestamp());
        for (var after = 0L; ;)
        {
            var portion = await rooms.ListOpenAsync(owner, after, Portion);
            var mine = portion.Where(isMine).ToList();
            count += mine.Count;
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken };
            await System.Threading.Tasks.Parallel.ForEachAsync(mine, options, (room, _) => WakeAsync(room.Room));
            if (portion.Count < Portion)
            {
                break;
            }

            after = portion[^1].Id;
        }

        if (count > 0)
        {
            LogTakenOver(logger, count, owner, time.GetElapsedTime(startedAt));
        }
    }

    /// <summary>A room that is asked for anything goes on. One in quarantine would refuse.</summary>
    private async ValueTask WakeAsync(RoomName room)
    {
        var id = catalog.IdOf(room.Service, room.Key);
        if (watch.TryFind(id, out _))
        {
            return;
        }

        try
        {
            await grains.GetGrain<IRoomGrain>(id).GetListingAsync();
        }
        catch (Exception exception)
        {
            // It is still its old owner's, and looked for again.
            LogNotWoken(logger, room.Key, room.Service, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} durable rooms of {Owner}, which is gone, go on elsewhere after {Elapsed}")]
    private static partial void LogTakenOver(ILogger logger, int count, string owner, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Room {Room} of {Service} does not go on yet: {Reason}")]
    private static partial void LogNotWoken(ILogger logger, string room, string service, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether durable rooms have lost their silo cannot be told at the moment: {Reason}")]
    private static partial void LogNotLooked(ILogger logger, string reason);
}
