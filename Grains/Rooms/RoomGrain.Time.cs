using System.Text.Json;
using GameCluster.Services;
using Microsoft.Extensions.Logging;

namespace GameCluster.Rooms;

public abstract partial class RoomGrain
{
    private const int MaxTimers = 64;

    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestHousekeeping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestHousekeeping = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan RetryTime = TimeSpan.FromMilliseconds(250);

    private readonly List<IDisposable> _timers = [];
    private readonly Dictionary<string, RoomTimer> _named = new(StringComparer.Ordinal);
    private IGrainTimer? _tickTimer;
    private FixedStep? _steps;

    /// <summary>
    /// Calls <see cref="OnTick"/> once per <paramref name="step"/> from now on, at least 5 ms, until the room closes or <see cref="StopTick"/>. Late steps are caught up, at most four at
    /// a time; those later still are given up and counted in <c>gamecluster.room.tick.skipped</c>. A second call starts anew with number 1. In a durable room each time is a write to the journal.
    /// </summary>
    protected void StartTick(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, ShortestStep);
        StopTick();
        _steps = new FixedStep(step, Clock);
        StartTickTimer();
    }

    /// <summary>Ends the calls of <see cref="OnTick"/>.</summary>
    protected void StopTick()
    {
        if (_tickTimer is { } timer)
        {
            _timers.Remove(timer);
            timer.Dispose();
        }

        (_tickTimer, _steps) = (null, null);
    }

    /// <summary>
    /// Calls <see cref="OnTimerAsync"/> with <paramref name="name"/> after <paramref name="dueTime"/>, and again each <paramref name="period"/>, at least 5 ms, if there is one, until
    /// <see cref="StopTimer"/> or the room closes. A second call with the name replaces the first. At most 64 names.
    /// </summary>
    protected void StartTimer(string name, TimeSpan dueTime, TimeSpan? period = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period ?? ShortestStep, ShortestStep, nameof(period));
        StopTimer(name);
        if (_named.Count == MaxTimers)
        {
            throw new InvalidOperationException($"A room has {MaxTimers} timers at most: give a timer that is to start anew its old name.");
        }

        _named.Add(name, new RoomTimer(name, Now + dueTime, period));
        StartTrigger(_named[name]);
    }

    /// <summary>Ends a timer. False if there is none of that name.</summary>
    protected bool StopTimer(string name)
    {
        if (!_named.Remove(name, out var timer))
        {
            return false;
        }

        if (timer.Trigger is { } trigger)
        {
            _timers.Remove(trigger);
            trigger.Dispose();
        }

        return true;
    }

    private IGrainTimer AddTimer(Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period)
    {
        // Timers keep the grain from being collected as idle, however little its members say.
        var timer = this.RegisterGrainTimer(callback, new GrainTimerCreationOptions(dueTime, period) { KeepAlive = true });
        _timers.Add(timer);
        return timer;
    }

    /// <summary>The room is open here: its time goes on.</summary>
    private void StartTimers()
    {
        var shortest = Math.Min(Math.Min(EmptyTime.Ticks, SeatTime > TimeSpan.Zero ? SeatTime.Ticks : long.MaxValue), AwayTime.Ticks);
        var period = TimeSpan.FromTicks(Math.Clamp(shortest / 4, ShortestHousekeeping.Ticks, LongestHousekeeping.Ticks));
        AddTimer(_ => KeepHouseAsync(), period, period);
        if (_tickTimer is null)
        {
            _steps?.Restart();
            StartTickTimer();
        }

        foreach (var timer in _named.Values)
        {
            StartTrigger(timer);
        }
    }

    private void StopTimers()
    {
        _timers.ForEach(static timer => timer.Dispose());
        _timers.Clear();
        _named.Clear();
        (_tickTimer, _steps) = (null, null);
    }

    private void RestoreTime(RoomImage image)
    {
        _steps = image.Step > TimeSpan.Zero ? new FixedStep(image.Step, Clock, image.StepNumber) : null;
        foreach (var timer in image.Timers)
        {
            _named.Add(timer.Name, new RoomTimer(timer.Name, timer.DueAt, timer.Period));
        }
    }

    private void StartTickTimer()
    {
        if (_steps is { } steps && !Replays)
        {
            _tickTimer = AddTimer(_ => TickAsync(), steps.Step, Timeout.InfiniteTimeSpan);
        }
    }

    private void StartTrigger(RoomTimer timer)
    {
        if (timer.Trigger is null && !Replays)
        {
            timer.Trigger = AddTimer(_ => OnDueAsync(timer), UntilDue(timer), Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan UntilDue(RoomTimer timer) => timer.DueAt - Clock.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private async Task OnDueAsync(RoomTimer timer)
    {
        if (_named.GetValueOrDefault(timer.Name) != timer)
        {
            return;
        }

        if (await FindAsync() == RoomEntry.Entered && await EnterAsync(static name => new RoomInput(RoomInputKind.Timer) { Key = name }, timer.Name) == RoomEntry.Entered)
        {
            await FireAsync(timer.Name);
        }
        else if (_named.GetValueOrDefault(timer.Name) == timer)
        {
            timer.Trigger!.Change(RetryTime, Timeout.InfiniteTimeSpan);
        }
    }

    private async ValueTask FireAsync(string name)
    {
        if (!_named.TryGetValue(name, out var timer))
        {
            return;
        }

        if (timer.Period is null)
        {
            StopTimer(name);
        }
        else
        {
            timer.MoveOn(Now);
            timer.Trigger?.Change(UntilDue(timer), Timeout.InfiniteTimeSpan);
        }

        await GuardAsync(() => OnTimerAsync(name), nameof(OnTimerAsync));
    }

    private async Task TickAsync()
    {
        if (await FindAsync() is var found && (found is RoomEntry.NoRoom or RoomEntry.Elsewhere || _steps is null))
        {
            return;
        }

        var (steps, pause) = (_steps, TimeSpan.Zero);
        var due = steps.CountDue(out var skipped);
        if (skipped > 0)
        {
            _metrics.OnTicksSkipped(ServiceName, skipped);
        }

        if (found != RoomEntry.Entered || (due > 0 && await EnterAsync(static count => new RoomInput(RoomInputKind.Tick) { Count = count }, due) != RoomEntry.Entered))
        {
            pause = RetryTime;
        }
        else
        {
            TickNow(due);
        }

        if (_steps == steps)
        {
            _tickTimer?.Change(steps.UntilNext > pause ? steps.UntilNext : pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void TickNow(int count)
    {
        for (var steps = _steps; count > 0 && steps is not null && _steps == steps; count--)
        {
            Tick(steps.Next());
        }
    }

    private void Tick(TickContext tick)
    {
        var startedAt = Clock.GetTimestamp();
        var turn = Watched?.Begin(0) ?? default;
        try
        {
            OnTick(tick);
        }
        catch (Exception exception)
        {
            LogHookFailed(Host.Logger, exception, ServiceName, Key, nameof(OnTick));
        }
        finally
        {
            turn.End();
        }

        _metrics.OnTick(ServiceName, Clock.GetElapsedTime(startedAt), tick.Step);
    }

    /// <summary>A hook of the game that fails costs nobody but the log anything.</summary>
    private async ValueTask GuardAsync(Func<ValueTask> hook, string name)
    {
        try
        {
            await WatchAsync(hook);
        }
        catch (Exception exception)
        {
            LogHookFailed(Host.Logger, exception, ServiceName, Key, name);
        }
    }

    /// <summary>A hook that may refuse.</summary>
    private async ValueTask<ResponseError?> AskAsync(Func<ValueTask<ResponseError?>> hook, string name)
    {
        try
        {
            return await WatchAsync(hook);
        }
        catch (JsonException)
        {
            return Response.Error(ErrorCodes.BadRequest, "What came with the call does not fit.");
        }
        catch (Exception exception)
        {
            LogHookFailed(Host.Logger, exception, ServiceName, Key, name);
            return Response.Error(ErrorCodes.InternalError, "The server could not do that.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Room {Room} of {Service}: {Hook} failed")]
    private static partial void LogHookFailed(ILogger logger, Exception exception, string service, string room, string hook);
}
