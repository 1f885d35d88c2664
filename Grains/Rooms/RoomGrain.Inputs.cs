using GameCluster.Rooms.Journal;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace GameCluster.Rooms;

/// <summary>
/// The way of an input into the room: find the room, look whether the input may be, enter it, execute it. What is executed depends on the room, the input, <see cref="Now"/> and
/// <see cref="ServiceGrain.Random"/> alone; so a durable room, which enters its inputs in the journal, can execute them again.
/// </summary>
public abstract partial class RoomGrain
{
    private RoomRecorder? _recorder;

    /// <summary>Whether the journal was asked for the room.</summary>
    private bool _isLookedFor;

    /// <summary>The input that is being executed is in the journal already.</summary>
    private bool _isEntered;

    /// <summary>Whether inputs are being executed again that were executed elsewhere.</summary>
    private protected bool Replays { get; private set; }

    private IRoomReplay? Replay => Replays ? ServiceProvider.GetService<IRoomReplay>() : null;

    /// <summary>What can be said at once. <see cref="RoomEntry.Unavailable"/> also where <see cref="FindAsync"/> would have to look.</summary>
    private RoomEntry Peek() => _phase switch
    {
        _ when _isEntered => RoomEntry.Entered,
        _ when _recorder is { IsFenced: true } => GiveUp(),
        Phase.Elsewhere => RoomEntry.Elsewhere,
        _ when _recorder is { IsUnsettled: true } || (IsDurable && !_isLookedFor) => RoomEntry.Unavailable,
        Phase.Open => RoomEntry.Entered,
        _ => RoomEntry.NoRoom,
    };

    private protected sealed override ValueTask GetReadyAsync()
    {
        // Before any request's answer is looked for: what is found may have answered it.
        var finding = FindAsync();
        return finding.IsCompletedSuccessfully ? default : new ValueTask(finding.AsTask());
    }

    /// <summary>Finds the room. A durable one that lived elsewhere goes on here from now on.</summary>
    private ValueTask<RoomEntry> FindAsync() => Peek() is var found && found != RoomEntry.Unavailable ? new ValueTask<RoomEntry>(found) : LookAsync();

    private async ValueTask<RoomEntry> LookAsync()
    {
        try
        {
            if (!_isLookedFor)
            {
                if (ServiceProvider.GetRequiredService<ClusterWatch>().TryFind(this.GetGrainId(), out _))
                {
                    return RoomEntry.Unavailable;
                }

                if (ServiceProvider.GetService<IRoomJournal>() is { } journal && await journal.OpenAsync(new RoomName(ServiceName, Key)) is { } opening)
                {
                    await OpenAsync(journal, opening);
                }

                _isLookedFor = true;
            }

            if (_recorder is { IsUnsettled: true } recorder)
            {
                foreach (var entry in await recorder.SettleAsync())
                {
                    await ExecuteAsync(recorder, entry);
                }
            }
        }
        catch (JournalUnavailableException)
        {
            return RoomEntry.Unavailable;
        }
        catch (RoomStuckException stuck)
        {
            Watched?.Watch.OnNotOpened(Watched, stuck.Message);
            return RoomEntry.Unavailable;
        }

        return Peek();
    }

    /// <summary>
    /// Enters an input: from here on it counts, and is to be executed. It sets what the room's clock and chance say. <paramref name="describe"/> is asked by durable rooms only.
    /// </summary>
    private ValueTask<RoomEntry> EnterAsync<T>(Func<T, RoomInput> describe, T about)
    {
        if (_isEntered)
        {
            return new ValueTask<RoomEntry>(RoomEntry.Entered);
        }

        Now = Clock.GetUtcNow();
        return _recorder is null ? new ValueTask<RoomEntry>(RoomEntry.Entered) : EnterAsync(_recorder, describe(about) with { At = Now });
    }

    private async ValueTask<RoomEntry> EnterAsync(RoomRecorder recorder, RoomInput input)
    {
        if (_phase == Phase.Open)
        {
            recorder.KeepSnapshot(ToImage);
        }

        // Nothing is executed before it is written.
        var pause = TurnSlot.Own.Pause();
        var entry = await recorder.AppendAsync(input);
        pause?.End();
        if (entry == RoomEntry.Entered)
        {
            Chance.State = RoomRandom.StateFor(_seed, recorder.Version);
        }

        return entry == RoomEntry.Elsewhere ? GiveUp() : entry;
    }

    /// <summary>For calls whose answer cannot say it: false if there is no room; what went wrong is thrown in the form by which callers tell whether the call was taken.</summary>
    private bool Check(RoomEntry entry)
    {
        switch (entry)
        {
            case RoomEntry.Entered:
                return true;
            case RoomEntry.NoRoom:
                // An activation that a late call has made, or one that is about to end.
                DeactivateOnIdle();
                return false;
            case RoomEntry.Unknown:
                throw new TimeoutException($"Whether room {Key} of {ServiceName} has taken this is not known: the journal did not answer.");
            case RoomEntry.Elsewhere:
                throw new OrleansException($"Room {Key} of {ServiceName} goes on elsewhere.");
            default:
                throw new CallRefusedException($"Room {Key} of {ServiceName} cannot write to its journal at the moment, or is in quarantine: this was not done.");
        }
    }

    private Outcome OutcomeOf(RoomEntry entry)
    {
        switch (entry)
        {
            case RoomEntry.NoRoom:
                DeactivateOnIdle();
                return NotMember();
            case RoomEntry.Elsewhere:
                return new Outcome(Kind: OutcomeKind.Elsewhere);
            case RoomEntry.Unknown:
                return new Outcome(Error: Response.Error(ErrorCodes.OutcomeUnknown, "The server could not tell whether this was written; it may yet be done."), Kind: OutcomeKind.Unhandled);
            default:
                return new Outcome(Error: Response.Error(ErrorCodes.Unavailable, "The server cannot write this at the moment; it was not done."), Kind: OutcomeKind.Unhandled);
        }
    }

    /// <summary>The room has been opened elsewhere: nothing that this activation does counts.</summary>
    private RoomEntry GiveUp()
    {
        if (_phase != Phase.Elsewhere)
        {
            LogFenced(Host.Logger, ServiceName, Key);
            Discard();
            DeactivateOnIdle();
        }

        return RoomEntry.Elsewhere;
    }

    private RoomRecorder CreateRecorder(IRoomJournal journal, RoomClaim claim) => new(
        journal,
        claim,
        ServiceProvider.GetRequiredService<Serializer<RoomImage>>(),
        ServiceProvider.GetRequiredService<IOptions<RoomOptions>>().Value.SnapshotEvery,
        Host.Logger);

    /// <summary>Opens the room in the journal. An error if that cannot be.</summary>
    private async ValueTask<RoomCreateReply?> ClaimAsync()
    {
        if (ServiceProvider.GetService<IRoomJournal>() is not { } journal)
        {
            LogNoJournal(Host.Logger, ServiceName, Key);
            return new RoomCreateReply(ErrorCodes.Unavailable, false, "The server keeps no durable rooms.");
        }

        try
        {
            if (await journal.CreateAsync(new RoomName(ServiceName, Key)) is { } claim)
            {
                _recorder = CreateRecorder(journal, claim);
                return null;
            }
        }
        catch (JournalUnavailableException)
        {
            // As if somebody were about to open it: to be tried again.
        }

        return new RoomCreateReply(ErrorCodes.Unavailable, false, "The room cannot be opened at the moment.");
    }

    /// <summary>Goes on with a room as the journal has it. The journal counts it while it is under way: it may be the end of this process.</summary>
    private async ValueTask OpenAsync(IRoomJournal journal, JournalOpening opening)
    {
        using var alone = opening.Unended > 0 ? await ServiceProvider.GetRequiredService<RoomSuspects>().EnterAsync() : null;
        await journal.BeginOpeningAsync(opening);
        var recorder = CreateRecorder(journal, opening.Claim);
        try
        {
            await ResumeAsync(opening, recorder);
        }
        finally
        {
            await recorder.EndOpeningAsync();
        }
    }

    private async ValueTask ResumeAsync(JournalOpening opening, RoomRecorder recorder)
    {
        var startedAt = Clock.GetTimestamp();
        (Replays, _recorder) = (true, recorder);
        RestoreState([]);
        RestoreAnswers([]);
        try
        {
            var image = opening.Snapshot is { } snapshot ? recorder.Read(snapshot) : null;
            var inPlace = _brought is not null && _brought.Version >= (image?.Version ?? 0);
            if ((inPlace ? _brought : image) is { } newest)
            {
                recorder.Version = newest.Version;
                await RestoreAsync(newest, recorder.Epoch, inPlace);
            }

            foreach (var entry in opening.Entries)
            {
                if (entry.Version > recorder.Version)
                {
                    await ExecuteAsync(recorder, entry);
                }
            }
        }
        catch
        {
            // It stays in the journal as it is. Whoever asks next tries again.
            Discard();
            (_recorder, _phase) = (null, Phase.NotCreated);
            throw;
        }
        finally
        {
            (Replays, _brought) = (false, null);
        }

        if (_phase == Phase.Open)
        {
            Stream.MarkRestored();
            StartTimers();
            LogResumed(Host.Logger, ServiceName, Key, recorder.Version, Clock.GetElapsedTime(startedAt));
        }
        else if (_phase == Phase.Closed)
        {
            await EndRecordAsync();
        }
    }

    private async ValueTask ExecuteAsync(RoomRecorder recorder, JournalEntry entry)
    {
        var input = RoomInput.Parse(entry.Body.Span);
        (recorder.Version, Now, _isEntered) = (entry.Version, input.At, true);
        Chance.State = RoomRandom.StateFor(_seed, entry.Version);
        Replay?.OnBegin(entry);
        try
        {
            await ExecuteAsync(input);
        }
        finally
        {
            _isEntered = false;
        }

        Replay?.OnDone(new ReplayedRoom(_phase == Phase.Open, IsLocked, _members.All, CaptureState()));
    }

    private async ValueTask ExecuteAsync(RoomInput input)
    {
        if (input.Kind == RoomInputKind.Create)
        {
            var reply = await OpenAsync(input.Setup!, input.Seed);
            if (_phase == Phase.NotCreated)
            {
                throw new OrleansException(reply.Text!);
            }

            return;
        }

        if (_phase != Phase.Open)
        {
            return;
        }

        var member = _members.Find(input.Member);
        switch (input.Kind)
        {
            case RoomInputKind.Join:
                if (input.Arrived)
                {
                    Stream.MarkArrived(new SessionId(input.Session));
                }

                await JoinNowAsync(input.ToJoin());
                break;
            case RoomInputKind.Message:
                await ((IServiceGrain)this).HandleAsync(input.ToCall(Key));
                break;
            case RoomInputKind.Http:
                await ((IServiceGrain)this).HandleHttpAsync(input.Http!);
                break;
            case RoomInputKind.Publish:
                Broadcast(input.Id, input.Body!, input.Key);
                break;
            case RoomInputKind.Tick:
                TickNow(input.Count);
                break;
            case RoomInputKind.Timer:
                await FireAsync(input.Key!);
                break;
            case RoomInputKind.Close:
                await CloseAsync();
                break;
            case RoomInputKind.Leave when member is not null:
                await LeaveAsync(member, input.Reason, tellGateway: input.Reason != RoomLeaveReason.Left);
                break;
            case RoomInputKind.End when member is not null:
                await EndNowAsync(member);
                break;
            case RoomInputKind.Away when member is not null:
                await GoAwayAsync(member);
                break;
            case RoomInputKind.Back when member is not null:
                await ComeBackAsync(member);
                break;
        }
    }

    private async ValueTask EndRecordAsync()
    {
        if (_recorder is { } recorder && !Replays)
        {
            await recorder.CloseAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Room {Room} of {Service} goes on here with version {Version}, after {Elapsed}")]
    private static partial void LogResumed(ILogger logger, string service, string room, long version, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Room {Room} of {Service} has been opened elsewhere; this activation ends")]
    private static partial void LogFenced(ILogger logger, string service, string room);

    [LoggerMessage(Level = LogLevel.Error, Message = "Room {Room} of {Service} is durable, but this silo has no journal: give it storage, GameCluster:Storage")]
    private static partial void LogNoJournal(ILogger logger, string service, string room);
}
