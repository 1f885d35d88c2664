using GameCluster.Migration;
using GameCluster.Placement;
using GameCluster.Push;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;

namespace GameCluster.Sessions;

/// <inheritdoc cref="ISessionGrain"/>
[GrainType("gamecluster.session")]
[PreferLocalPlacement]
[AvoidDraining]
[Reentrant] // Each method changes what it changes before its first await, and after one it asks again whether its epoch still holds.
internal sealed partial class SessionGrain(
    LocalSessions local,
    GatewayOutboxes outboxes,
    GatewayNodeClient gateways,
    SessionNotices notices,
    WindowBudget budget,
    AwaySessions away,
    ISiloStatusOracle membership,
    IClusterMembershipService members,
    TimeProvider time,
    IOptions<SessionOptions> options) : Grain, ISessionGrain, IMovable, IDisposable
{
    private const int MaxAppended = 256;

    private SessionRecord? _record;
    private SiloAddress? _gateway;
    private long _epoch;
    private bool _ended;

    // The members when the player's grain was last told; it forgets when its silo dies.
    private MembershipVersion _enteredAt;

    // Of sessions that can be resumed only.
    private SessionToken? _token;
    private DirectStream? _stream;
    private SortedSet<uint>? _appended;
    private IGrainTimer? _expiry;
    private long _expiresAt;

    private SessionId Id => new(this.GetPrimaryKey());

    public async ValueTask<bool> AttachAsync(SessionAttachment attachment)
    {
        if (_ended || attachment.Epoch < _epoch)
        {
            return false;
        }

        if (_record is null || attachment.Epoch > _epoch)
        {
            Adopt(attachment);
        }
        else
        {
            // A silo has gone, and the player's grain may have been there.
            _record = attachment.Record;
            EnterAgain();
        }

        await LeaveIfDeadAsync(attachment.Gateway);
        return true;
    }

    public async ValueTask<SessionResumption> ResumeAsync(SessionTakeover takeover)
    {
        if (_record is null)
        {
            await RecallAsync();
        }

        if (_record is null || _token is null)
        {
            LeaveIfUnknown();
            return new SessionResumption(SessionResumeStatus.Unknown);
        }

        if (_ended)
        {
            return new SessionResumption(_token.Knows(takeover.TokenHash) ? SessionResumeStatus.Expired : SessionResumeStatus.Unknown);
        }

        if (_token.Use(takeover.TokenHash, takeover.NewTokenHash, takeover.Attempt) is var status and not SessionResumeStatus.Resumed)
        {
            return new SessionResumption(status);
        }

        _epoch++;
        MoveTo(takeover.Gateway, flowing: false);
        var resumption = new SessionResumption(SessionResumeStatus.Resumed, _epoch, _record);
        if (members.CurrentSnapshot.Version != _enteredAt)
        {
            EnterPlayer();
        }

        AwaitFlow(options.Value.WindowTime);
        await LeaveIfDeadAsync(takeover.Gateway);
        return resumption;
    }

    public ValueTask<SessionFlow?> FlowAsync(long epoch, uint lastNumber)
    {
        if (!IsCurrent(epoch))
        {
            return ValueTask.FromResult<SessionFlow?>(null);
        }

        if (_gateway is not null)
        {
            StopExpiry();
        }

        return ValueTask.FromResult(_stream?.Flow(lastNumber));
    }

    public ValueTask ConfirmAsync(long epoch)
    {
        if (IsCurrent(epoch))
        {
            _token?.Confirm();
            KeepLater();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AckAsync(long epoch, uint number)
    {
        if (IsCurrent(epoch))
        {
            _stream?.Window.Acknowledge(number);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> AwayAsync(long epoch)
    {
        if (_record is null)
        {
            await RecallAsync();
        }

        if (IsCurrent(epoch))
        {
            TurnAway();
        }

        LeaveIfUnknown();
        return _record is not null;
    }

    public async ValueTask<SessionPushReply> PushAsync(SessionPush[] pushes)
    {
        if (_record is null || _ended || (_stream is null && _gateway is null))
        {
            LeaveIfUnknown();
            return new SessionPushReply(Results(pushes, PushResult.NoSession), null);
        }

        if (_stream is null)
        {
            var gateway = _gateway!;
            var outbox = outboxes.For(gateway);
            var results = await Task.WhenAll(Array.ConvertAll(pushes, push => outbox.PushAsync(new PushDelivery(Id, push.MessageId, push.Body, 0, push.Class, push.Key))));
            return new SessionPushReply(results, gateway);
        }

        var pushing = Task.WhenAll(Array.ConvertAll(pushes, _stream.PushAsync));
        KeepLater();
        await pushing;
        return new SessionPushReply(Results(pushes, PushResult.Queued), null);
    }

    public async ValueTask<bool> AppendAsync(long epoch, uint settled, SessionPush[] pushes)
    {
        if (!IsCurrent(epoch) || _stream is null)
        {
            return false;
        }

        _appended ??= [];
        _appended.RemoveWhere(request => request < settled);
        var fresh = Array.FindAll(pushes, push => push.Request == 0 || !_appended.Contains(push.Request));
        foreach (var push in fresh.Where(static push => push.Request != 0))
        {
            _appended.Add(push.Request);
        }

        while (_appended.Count > MaxAppended)
        {
            _appended.Remove(_appended.Min);
        }

        var pushing = Task.WhenAll(Array.ConvertAll(fresh, _stream.PushAsync));
        KeepLater();
        await pushing;
        return true;
    }

    public ValueTask GatewayGoneAsync(SiloAddress gateway)
    {
        if (!_ended && gateway.Equals(_gateway))
        {
            if (_stream is not null)
            {
                TurnAway();
            }
            else
            {
                End(told: false);
                DeactivateOnIdle();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A gateway that has left the cluster meanwhile: nobody else tells.</summary>
    private ValueTask LeaveIfDeadAsync(SiloAddress gateway) =>
        membership.GetApproximateSiloStatus(gateway) == SiloStatus.Dead ? GatewayGoneAsync(gateway) : default;

    private bool IsCurrent(long epoch) => _record is not null && !_ended && epoch == _epoch;

    /// <summary>Begins with what a gateway knows.</summary>
    private void Adopt(SessionAttachment attachment)
    {
        var isAgain = attachment.LastNumber > 0 || attachment.Epoch > 1 || attachment.Record.Player is not null;
        _epoch = attachment.Epoch;
        _record = attachment.Record;
        if (attachment.TokenHash is { } hash)
        {
            _token = new SessionToken(hash);
            _stream?.Window.Evict(WindowLoss.Restarted);
            _stream?.Detach();
            _stream = StreamOf(new SessionWindow(options.Value, budget, time, attachment.LastNumber));
        }

        if (isAgain)
        {
            EnterAgain();
        }

        MoveTo(attachment.Gateway, flowing: true);
    }

    private void MoveTo(SiloAddress gateway, bool flowing)
    {
        if (_gateway is { } earlier)
        {
            notices.TakeOver(Id, _epoch, earlier);
        }

        _gateway = gateway;
        local.Set(Id, gateway);
        StopExpiry();
        Unkeep();
        if (_stream is not null)
        {
            budget.OnBack(_stream.Window);
            _stream.Attach(gateway, flowing);
        }

        // In memory only: it must not be collected for idleness.
        DelayDeactivation(Timeout.InfiniteTimeSpan);
    }

    private DirectStream StreamOf(SessionWindow window) => new(Id, window, outboxes, membership, time, TurnAway);

    private void Release()
    {
        local.Remove(Id);
        StopExpiry();
        StopKeeping();
        _appended = null;
        if (_stream is not null)
        {
            budget.OnBack(_stream.Window);
            _stream.Window.Evict(WindowLoss.Window);
            _stream.Detach();
            _stream = null;
        }
    }

    /// <summary>Whoever asks for a session that is not there made this activation: it goes again.</summary>
    private void LeaveIfUnknown()
    {
        if (_record is null)
        {
            DeactivateOnIdle();
        }
    }

    private static PushResult[] Results(SessionPush[] pushes, PushResult result)
    {
        var results = new PushResult[pushes.Length];
        Array.Fill(results, result);
        return results;
    }
}
