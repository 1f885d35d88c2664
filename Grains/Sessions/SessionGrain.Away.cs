using GameCluster.Push;

namespace GameCluster.Sessions;

/// <summary>
/// A session whose client is away is stored, so that it outlives its silo: when the client goes, and again, not too often, when something changes meanwhile. When the client is back, or the
/// session has ended, what is stored is deleted. Sessions whose client stays are never stored.
/// </summary>
internal sealed partial class SessionGrain
{
    private const int BytesPerSecond = 32 * 1024;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>No timer of a process that is well comes so late.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    // Of the image that was stored last in this epoch; 0: none was.
    private long _turn;
    private IGrainTimer? _keeping;
    private Task? _recalling;

    private bool IsAway => _record is not null && !_ended && _gateway is null && _stream is not null;

    public async ValueTask WakeAsync()
    {
        if (_record is null)
        {
            await RecallAsync();
            LeaveIfUnknown();
        }
        else
        {
            Reconcile(await away.TakeAsync(Id));
        }
    }

    private void TurnAway()
    {
        if (_gateway is null)
        {
            return;
        }

        _gateway = null;
        local.Remove(Id);
        _stream!.Detach();
        budget.OnAway(_stream.Window);
        notices.Away(Id, _epoch, _record!);
        _expiry = StartTimer(Expire, options.Value.WindowTime);
        Keep();
    }

    private Task Expire(CancellationToken cancellationToken)
    {
        if (_gateway is null && !_ended)
        {
            if (time.GetElapsedTime(_expiresAt) > Delay)
            {
                // This process has stood still. If it was taken for dead meanwhile, the session goes on elsewhere, and it ends before this comes again.
                _expiry = StartTimer(Expire, Delay);
            }
            else
            {
                EndAway();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The gateway that has taken the session over asks for its stream next. One that does not has given the call up before it was answered, and does not carry the session.</summary>
    private void AwaitFlow(TimeSpan dueTime) => _expiry = StartTimer(
        _ =>
        {
            TurnAway();
            return Task.CompletedTask;
        },
        dueTime);

    /// <summary>Ends the session and stays for as long again, so that a client that comes too late is told so.</summary>
    private void EndAway()
    {
        End(told: false);
        _expiry = StartTimer(Forget, options.Value.WindowTime);
    }

    private Task Forget(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private IGrainTimer StartTimer(Func<CancellationToken, Task> act, TimeSpan dueTime)
    {
        _expiry?.Dispose();
        _expiresAt = time.GetTimestamp() + (long)(dueTime.TotalSeconds * time.TimestampFrequency);
        return this.RegisterGrainTimer(act, new GrainTimerCreationOptions(dueTime, Timeout.InfiniteTimeSpan) { Interleave = true });
    }

    private void StopExpiry()
    {
        _expiry?.Dispose();
        _expiry = null;
    }

    /// <summary>Stores the session as it is now, if its client is away.</summary>
    private void Keep()
    {
        if (IsAway)
        {
            StopKeeping();
            _turn++;
            away.Keep(Id, Image);
        }
    }

    /// <summary>The same in a while, with all that changes until then. The more there is to be written, the longer it takes.</summary>
    private void KeepLater()
    {
        if (IsAway && _keeping is null)
        {
            var pause = TimeSpan.FromSeconds((double)_stream!.Window.Bytes / BytesPerSecond);
            _keeping = this.RegisterGrainTimer(
                static (grain, _) =>
                {
                    grain.Keep();
                    return Task.CompletedTask;
                },
                this,
                new GrainTimerCreationOptions(pause > ShortestPause ? pause : ShortestPause, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
    }

    /// <summary>What is stored of the session counts no more.</summary>
    private void Unkeep()
    {
        StopKeeping();
        if (_turn > 0)
        {
            away.Forget(Id, _epoch, _turn);
            _turn = 0;
        }
    }

    private void StopKeeping()
    {
        _keeping?.Dispose();
        _keeping = null;
    }

    /// <summary>Looks for what is left of the session, as this grain has nothing in memory. Afterwards it has, or there is nothing.</summary>
    private Task RecallAsync() => _recalling ??= RecallOnceAsync();

    private async Task RecallOnceAsync()
    {
        // Not before this task is known to those who come meanwhile.
        await Task.Yield();
        try
        {
            var looking = away.TakeAsync(Id);
            var carried = await away.FindCarriedAsync(Id);
            var stored = await looking;
            if (_record is null && carried is not null && !(stored?.Epoch >= carried.Epoch))
            {
                Adopt(carried);
            }

            if (_record is null && stored is not null)
            {
                Restore(stored);
            }
            else
            {
                Reconcile(stored);
            }
        }
        finally
        {
            _recalling = null;
        }
    }

    private void Restore(StoredSession stored)
    {
        if (away.Read(stored) is not { } image)
        {
            away.Forget(Id, stored.Epoch, stored.Turn);
            return;
        }

        Begin(image);
        _stream?.Window.ExpectLoss();

        // Whom its silo may not have told before it died.
        notices.Away(Id, _epoch, _record!);
        EnterAgain();
    }

    /// <summary>What is stored was taken over for this grain, which knows better: it is written anew, or deleted.</summary>
    private void Reconcile(StoredSession? stored)
    {
        if (stored is null || _record is null)
        {
            return;
        }

        if (IsAway && stored.Epoch <= _epoch)
        {
            _turn = stored.Epoch == _epoch ? Math.Max(_turn, stored.Turn) : _turn;
            Keep();
        }
        else
        {
            away.Forget(Id, stored.Epoch, stored.Turn);
        }
    }
}
