using System.Text.Json;
using GameCluster.Services;
using Microsoft.Extensions.Logging;

namespace GameCluster.Rooms;

public abstract partial class RoomGrain
{
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestHousekeeping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestHousekeeping = TimeSpan.FromMilliseconds(50);

    private IGrainTimer? _tickTimer;
    private FixedStep? _steps;

    /// <summary>
    /// Calls <see cref="OnTick"/> once per <paramref name="step"/> from now on, at least 5 ms, until the room closes or <see cref="StopTick"/>. Late steps are caught up, at most four at
    /// a time; those later still are given up and counted in <c>gamecluster.room.tick.skipped</c>. A second call starts anew with number 1.
    /// </summary>
    protected void StartTick(TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, ShortestStep);
        StopTick();
        _steps = new FixedStep(step, Clock);
        _tickTimer = AddTimer(_ => TickAsync(), step, Timeout.InfiniteTimeSpan);
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

    /// <summary>Calls <paramref name="callback"/> after <paramref name="dueTime"/>, and again each <paramref name="period"/> if there is one, until it is disposed of or the room closes.</summary>
    protected IDisposable RegisterTimer(Func<ValueTask> callback, TimeSpan dueTime, TimeSpan? period = null) => AddTimer(
        async _ =>
        {
            if (TryEnter())
            {
                await GuardAsync(callback, "timer");
            }
        },
        dueTime,
        period ?? Timeout.InfiniteTimeSpan);

    private IGrainTimer AddTimer(Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period)
    {
        // Timers keep the grain from being collected as idle, however little its members say.
        var timer = this.RegisterGrainTimer(callback, new GrainTimerCreationOptions(dueTime, period) { KeepAlive = true });
        _timers.Add(timer);
        return timer;
    }

    private void StartHousekeeping()
    {
        var shortest = Math.Min(Math.Min(EmptyTime.Ticks, SeatTime > TimeSpan.Zero ? SeatTime.Ticks : long.MaxValue), AwayTime.Ticks);
        var period = TimeSpan.FromTicks(Math.Clamp(shortest / 4, ShortestHousekeeping.Ticks, LongestHousekeeping.Ticks));
        AddTimer(_ => KeepHouseAsync(), period, period);
    }

    private Task TickAsync()
    {
        if (!TryEnter() || _steps is not { } steps)
        {
            return Task.CompletedTask;
        }

        var due = steps.CountDue(out var skipped);
        if (skipped > 0)
        {
            _metrics.OnTicksSkipped(ServiceName, skipped);
        }

        for (; due > 0 && _steps == steps; due--)
        {
            Tick(steps.Next());
        }

        if (_steps == steps)
        {
            _tickTimer!.Change(steps.UntilNext, Timeout.InfiniteTimeSpan);
        }

        return Task.CompletedTask;
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
