using GameCluster.Placement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Placement;

namespace GameCluster.Migration;

/// <summary>
/// Empties a silo before it stops. It tells every member, so that nothing new is placed here, then moves its grains to other silos, so many at a time; those that are busy move when they
/// have done their work. Runs after a gateway in the same process has sent its clients away, and before anything of the silo is stopped.
/// </summary>
internal sealed partial class SiloDrain(
    MovableGrains grains,
    MoveTargets targets,
    DrainMarks marks,
    DrainListenerClient listeners,
    HandlerStop handlers,
    ILocalSiloDetails local,
    IHostApplicationLifetime lifetime,
    IOptions<HostOptions> host,
    TimeProvider time,
    ILogger<SiloDrain> logger) : IHostedLifecycleService
{
    /// <summary>Grains on the move at one time. A grain waits for those that travel with it, so this bounds its pause.</summary>
    private const int Portion = 128;

    private static readonly TimeSpan MarkLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HandlerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Of the time that the process has for its end, what is left for leaving the cluster.</summary>
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(1);

    private readonly HashSet<SiloAddress> _told = [];
    private int _moved;
    private int _stuck;
    private long _reportedAt;
    private long _stoppingAt;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() =>
        {
            _stoppingAt = time.GetTimestamp();

            // Nobody takes over from a silo that is alone: then waiting for its handlers serves nobody.
            if (!targets.Any)
            {
                handlers.Give();
            }
        });
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (targets.Any)
            {
                await DrainAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            // What could not move is lost with the silo, as if there were no drain; the stop goes on.
            LogFailed(logger, failure, _moved);
        }
        finally
        {
            handlers.Give();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var startedAt = _reportedAt = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, TimeLeft(), Timeout.InfiniteTimeSpan);
        using var patience = time.CreateTimer(static stop => ((HandlerStop)stop!).Give(), handlers, HandlerLimit, Timeout.InfiniteTimeSpan);
        await TellAllAsync().ConfigureAwait(false);
        var markedAfter = time.GetElapsedTime(startedAt);
        var waiting = grains.Find();
        LogMoving(logger, waiting.Count, targets.Others.Count, markedAfter);
        while (waiting.Count > 0 && !limit.IsCancellationRequested)
        {
            var before = Volatile.Read(ref _moved);
            await MoveAsync(waiting, limit.Token).ConfigureAwait(false);
            if (Volatile.Read(ref _moved) == before)
            {
                break;
            }

            // What was placed here by members that did not know yet, or have joined since.
            await TellAllAsync().ConfigureAwait(false);
            waiting = grains.Find();
        }

        LogMoved(logger, _moved, time.GetElapsedTime(startedAt), grains.Find().Count, _stuck);
    }

    private TimeSpan TimeLeft()
    {
        // What a gateway in this process has taken for its clients is gone already.
        var taken = _stoppingAt == 0 ? TimeSpan.Zero : time.GetElapsedTime(_stoppingAt);
        var left = host.Value.ShutdownTimeout - LeaveTime - taken;
        return left > MarkLimit ? left : MarkLimit;
    }

    /// <summary>Members that do not answer in time place their grains as before; what comes from them moves a little later.</summary>
    private async Task TellAllAsync()
    {
        marks.Add(local.SiloAddress);
        var untold = targets.Others.Where(_told.Add).ToList();
        await Task.WhenAll(untold.Select(TellAsync)).ConfigureAwait(false);
    }

    private async Task TellAsync(SiloAddress member)
    {
        try
        {
            await listeners.At(member).MarkAsync(local.SiloAddress).AsTask().WaitAsync(MarkLimit, time).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogNotTold(logger, member, failure.Message);
        }
    }

    private async Task MoveAsync(IReadOnlyList<IGrainContext> waiting, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Portion, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(waiting, options, async (grain, cancellation) => await MoveAsync(grain, waiting.Count, cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time is up. The log says how many stay.
        }
    }

    private async ValueTask MoveAsync(IGrainContext grain, int count, CancellationToken cancellationToken)
    {
        if (targets.Next(grain.GrainId.Type) is not { } target)
        {
            return;
        }

        grain.Migrate(new Dictionary<string, object> { [IPlacementDirector.PlacementHintKey] = target }, CancellationToken.None);
        try
        {
            await grain.Deactivated.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _stuck);
            throw;
        }

        var moved = Interlocked.Increment(ref _moved);
        var reportedAt = Volatile.Read(ref _reportedAt);
        if (time.GetElapsedTime(reportedAt) > ProgressPeriod && Interlocked.CompareExchange(ref _reportedAt, time.GetTimestamp(), reportedAt) == reportedAt)
        {
            LogProgress(logger, moved, count);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This silo stops: {Count} grains move to {Members} other members, which were told in {Elapsed}")]
    private static partial void LogMoving(ILogger logger, int count, int members, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Moved} of {Count} grains have moved")]
    private static partial void LogProgress(ILogger logger, int moved, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Moved} grains have moved in {Elapsed}; {Left} stay and end with the silo, {Stuck} of them busy for too long")]
    private static partial void LogMoved(ILogger logger, int moved, TimeSpan elapsed, int left, int stuck);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Member {Member} could not be told that this silo stops: {Reason}")]
    private static partial void LogNotTold(ILogger logger, SiloAddress member, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The silo could not be emptied; {Moved} grains have moved, the others end with it")]
    private static partial void LogFailed(ILogger logger, Exception exception, int moved);
}
