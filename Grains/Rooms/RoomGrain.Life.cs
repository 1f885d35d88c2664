using GameCluster.Push;
using GameCluster.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GameCluster.Rooms;

public abstract partial class RoomGrain
{
    private static readonly TimeSpan FlushLimit = TimeSpan.FromMilliseconds(500);

    private StreamCore? _opened;
    private RoomTable? _table;
    private RoomMetrics _metrics = null!;
    private RoomImage? _brought;
    private ulong _seed;
    private DateTimeOffset _createdAt;
    private DateTimeOffset _emptySince;

    /// <summary>Whether the room's inputs are written to the journal.</summary>
    private protected virtual bool IsDurable => false;

    /// <summary>Its hooks are watched one by one, and what else it does takes as long as the journal does.</summary>
    private protected sealed override bool IsBeginWatched => false;

    private StreamCore Stream => _opened!;

    private RoomTable Table => _table!;

    private RoomRandom Chance => (RoomRandom)Random;

    /// <inheritdoc />
    public sealed override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_brought is { } image && !IsDurable)
        {
            await RestoreAsync(image, image.Epoch, inPlace: true);
            StartTimers();
        }
        else if (_brought is not null && await FindAsync() == RoomEntry.Unavailable)
        {
            KeepLooking();
        }
    }

    /// <inheritdoc />
    public sealed override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_phase == Phase.NotCreated && _recorder is { Version: 0, IsUnsettled: false } empty)
        {
            await empty.CloseAsync();
        }

        if (_phase != Phase.Open)
        {
            return;
        }

        if (CanMove && reason.ReasonCode == DeactivationReasonCode.Migrating)
        {
            // What it has sent from here comes before what it will send from there. It is asked next for what it knows.
            await ServiceProvider.GetRequiredService<StreamOutboxes>().FlushAsync(FlushLimit);
            return;
        }

        if (!IsDurable)
        {
            await GuardAsync(() => OnCloseAsync(), nameof(OnCloseAsync));
        }

        EndHere();
    }

    /// <summary>Closes the room: its members leave, the grain goes away. From a handler, answer as usual.</summary>
    protected async ValueTask CloseAsync()
    {
        if (_phase != Phase.Open)
        {
            return;
        }

        _phase = Phase.Closed;
        await GuardAsync(() => OnCloseAsync(), nameof(OnCloseAsync));
        foreach (var member in _members.All.ToArray())
        {
            await GuardAsync(() => OnLeaveAsync(member, RoomLeaveReason.RoomClosed), nameof(OnLeaveAsync));
        }

        TakeDown();
        await EndRecordAsync();
        DeactivateOnIdle();
    }

    /// <summary>What the game knows, as JSON.</summary>
    private protected virtual byte[] CaptureState() => [];

    /// <summary>What the game knew, or with nothing what it knows at first.</summary>
    private protected virtual void RestoreState(byte[] state)
    {
    }

    private protected sealed override Random CreateRandom(int seed) => new RoomRandom((ulong)seed);

    /// <summary>The whole room, for another activation to go on with; nothing more happens to it here. Null if there is nothing to go on with.</summary>
    private protected RoomImage? TakeLeave()
    {
        var image = _phase == Phase.Open ? ToImage() : null;
        if (image is not null)
        {
            // Before it leaves the table: no list is to miss it in silence.
            Table.OnMoved();
        }

        Discard();
        return image;
    }

    /// <summary>The room has come from another activation.</summary>
    private protected void Bring(RoomImage image) => _brought = image;

    /// <summary>The activation is over. A room that nobody has taken along ends with it, unless the journal has it.</summary>
    private protected void EndHere()
    {
        if (_phase != Phase.Open || IsDurable)
        {
            Discard();
            return;
        }

        _phase = Phase.Closed;
        TakeDown();
    }

    /// <summary>The room goes on in another activation: nothing is left of it here, and nobody is told.</summary>
    private void Discard()
    {
        StopTimers();
        _table?.Remove(this.GetGrainId());
        _opened?.Release();
        _members.Clear();
        _phase = Phase.Elsewhere;
    }

    /// <summary>Nobody may call for a while: the room's time is to go on all the same.</summary>
    private void KeepLooking()
    {
        IGrainTimer? timer = null;
        timer = AddTimer(
            async _ =>
            {
                if (await FindAsync() != RoomEntry.Unavailable)
                {
                    _timers.Remove(timer!);
                    timer!.Dispose();
                }
            },
            RetryTime,
            RetryTime);
    }

    private async ValueTask<RoomCreateReply> OpenAsync(RoomSetup setup, ulong seed)
    {
        (_setup, _seed, _createdAt, _emptySince) = (setup, seed, Now, Now);
        Chance.State = RoomRandom.StateFor(seed, _recorder?.Version ?? 0);
        Begin(_recorder?.Epoch ?? Now.ToUnixTimeMilliseconds());
        if (!Table.TryAdd(this.GetGrainId(), CreateListing(), isListed: !setup.Unlisted))
        {
            return new RoomCreateReply(ErrorCodes.Unavailable, false, "The server has too many rooms. Try again later.");
        }

        // Open before the hook: it may start steps and timers.
        _phase = Phase.Open;
        if (await AskAsync(() => OnCreateAsync(new RoomData(setup.Options, Json)), nameof(OnCreateAsync)) is { } refusal)
        {
            _phase = Phase.Closed;
            TakeDown();
            return new RoomCreateReply(refusal.Code, false, refusal.Text);
        }

        if (_phase == Phase.Open && !Replays)
        {
            StartTimers();
        }

        return new RoomCreateReply(ErrorCodes.Ok, true);
    }

    private void Begin(long epoch)
    {
        _table = ServiceProvider.GetRequiredService<RoomTable>();
        _metrics = ServiceProvider.GetRequiredService<RoomMetrics>();
        _opened = new StreamCore(
            this.GetGrainId(),
            new StreamLink(this.GetGrainId(), ServiceProvider.GetRequiredService<StreamOutboxes>(), GrainFactory),
            ServiceProvider.GetRequiredService<IByteBudget>(),
            Clock,
            ServiceProvider.GetRequiredService<IOptions<StreamOptions>>().Value)
        {
            Epoch = epoch,
        };
        if (Watched is { } watched)
        {
            // Nobody is to be sent to a room that takes nothing.
            watched.OnQuarantined = () => Table.Remove(this.GetGrainId());
        }
    }

    private RoomImage ToImage() => new()
    {
        Version = _recorder?.Version ?? 0,
        Epoch = Stream.Epoch,
        Setup = _setup,
        Seed = _seed,
        Chance = Chance.State,
        CreatedAt = _createdAt,
        EmptySince = _emptySince,
        IsLocked = IsLocked,
        State = CaptureState(),
        Members = _members.ToImage(),
        Stream = Stream.ToImage(),
        Answers = CaptureAnswers(),
        Step = _steps?.Step ?? TimeSpan.Zero,
        StepNumber = _steps?.Number ?? 0,
        Timers = [.. _named.Values.Select(static timer => new RoomTimerImage(timer.Name, timer.DueAt, timer.Period))],
    };

    /// <summary>Goes on where another activation has stopped. <paramref name="inPlace"/>: members are where they were.</summary>
    private async ValueTask RestoreAsync(RoomImage image, long epoch, bool inPlace)
    {
        (_setup, _seed, _createdAt, _emptySince) = (image.Setup, image.Seed, image.CreatedAt, image.EmptySince);
        Now = Clock.GetUtcNow();
        Chance.State = image.Chance;
        Begin(epoch);
        _members.Restore(image.Members);
        IsLocked = image.IsLocked;
        if (!Table.TryAdd(this.GetGrainId(), CreateListing(), isListed: !_setup.Unlisted))
        {
            throw new OrleansException("The server has too many rooms.");
        }

        RestoreState(image.State);
        RestoreAnswers(image.Answers);
        RestoreTime(image);
        Stream.Restore(image.Stream, inPlace);
        _phase = Phase.Open;
        await GuardAsync(() => OnRestoredAsync(), nameof(OnRestoredAsync));
    }

    private void TakeDown()
    {
        StopTimers();
        Table.Remove(this.GetGrainId());
        Stream.Close();
        _members.Clear();
    }

    private RoomListing CreateListing() =>
        new(ServiceName, Key, _setup.Label, _members.Players, MemberLimit, _members.Spectators, IsLocked, _createdAt);

    private void UpdateTable()
    {
        if (_phase == Phase.Open)
        {
            Table.Update(this.GetGrainId(), CreateListing());
        }
    }
}
