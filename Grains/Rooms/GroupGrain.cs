using GameCluster.Migration;
using GameCluster.Placement;
using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace GameCluster.Rooms;

/// <inheritdoc cref="IGroupGrain"/>
[GrainType(Type)]
[RandomPlacement]
[AvoidDraining]
internal sealed class GroupGrain : Grain, IGroupGrain, IStreamGrain, IStreamFeedback, IMovable, IDisposable
{
    /// <summary>What clients know groups' streams by.</summary>
    public const string Service = "group";

    private const string Type = "gamecluster.group";
    private const string ImageKey = "gamecluster.group";

    private static readonly TimeSpan ArrivalTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AwayTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromMilliseconds(500);

    private readonly StreamCore _stream;
    private readonly StreamOutboxes _outboxes;
    private readonly TimeProvider _time;
    private IGrainTimer? _timer;

    public GroupGrain(IGrainContext context, StreamOutboxes outboxes, IGrainFactory grains, IByteBudget budget, TimeProvider time, IOptions<StreamOptions> limits)
    {
        (_time, _outboxes) = (time, outboxes);
        _stream = new StreamCore(context.GrainId, new StreamLink(context.GrainId, outboxes, grains), budget, time, limits.Value) { Epoch = time.GetUtcNow().ToUnixTimeMilliseconds() };
    }

    public static GrainId IdOf(string group) => GrainId.Create(Type, group);

    bool IMovable.CanMove => _stream.Count > 0;

    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(ImageKey, _stream.ToImage());

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<StreamImage>(ImageKey, out var image))
        {
            _stream.Restore(image);
        }
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_stream.Count > 0)
        {
            KeepHouse();
        }

        return Task.CompletedTask;
    }

    public ValueTask<bool> JoinAsync(SessionId session)
    {
        KeepHouse();
        return ValueTask.FromResult(!_stream.Join(session).HasArrived);
    }

    public ValueTask LeaveAsync(SessionId session)
    {
        _stream.Leave(session);
        EndIfEmpty();
        return default;
    }

    public ValueTask<int> PublishAsync(int messageId, byte[] body, DeliveryClass @class, string? key)
    {
        if (_stream.Count > 0)
        {
            _stream.Publish(messageId, body, @class, key, StreamAudience.Everyone);
        }

        EndIfEmpty();
        return ValueTask.FromResult(_stream.Count);
    }

    public ValueTask<StreamResume> ResumeAsync(SessionId session, SiloAddress gateway, long epoch, uint lastNumber)
    {
        EndIfEmpty();
        return ValueTask.FromResult(_stream.Resume(session, gateway, epoch, lastNumber));
    }

    public ValueTask<SessionId[]> FindMissingAsync(SiloAddress gateway, SessionId[] following)
    {
        EndIfEmpty();
        return ValueTask.FromResult(_stream.FindMissing(gateway, following));
    }

    public ValueTask AwayAsync(SessionId session, long epoch)
    {
        _stream.Away(session, epoch);
        EndIfEmpty();
        return default;
    }

    public ValueTask EndAsync(SessionId session, long epoch)
    {
        _stream.End(session, epoch);
        EndIfEmpty();
        return default;
    }

    public ValueTask LoseAsync(SiloAddress gateway, SessionId[]? sessions, long madeAt)
    {
        _stream.Lose(gateway, sessions, madeAt);
        EndIfEmpty();
        return default;
    }

    public ValueTask RepeatAsync(SiloAddress gateway)
    {
        _stream.Repeat(gateway);
        EndIfEmpty();
        return default;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode == DeactivationReasonCode.Migrating)
        {
            // What it has sent from here comes before what it will send from there.
            return _outboxes.FlushAsync(FlushLimit);
        }

        _stream.Close();
        return Task.CompletedTask;
    }

    public void Dispose() => _stream.Release();

    /// <summary>The timer keeps the grain from being collected while it has members.</summary>
    private void KeepHouse() =>
        _timer ??= this.RegisterGrainTimer(KeepHouseAsync, new GrainTimerCreationOptions(Housekeeping, Housekeeping) { KeepAlive = true });

    private Task KeepHouseAsync(CancellationToken cancellationToken)
    {
        _stream.Expire();
        foreach (var subscriber in _stream.Subscribers.Where(static subscriber => subscriber.Gateway is null).ToArray())
        {
            if (_time.GetElapsedTime(subscriber.Since) >= (subscriber.HasArrived ? AwayTime : ArrivalTime))
            {
                _stream.Leave(subscriber.Session);
            }
        }

        EndIfEmpty();
        return Task.CompletedTask;
    }

    private void EndIfEmpty()
    {
        if (_stream.Count == 0)
        {
            DeactivateOnIdle();
        }
    }
}
