using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>
/// What this silo pushes to one session, in the order of the calls: one batch is under way. The first goes to the session's grain, which says whether later
/// ones may go to its gateway directly.
/// </summary>
internal sealed class SessionLink
{
    private const int Attempts = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);

    private readonly SessionId _session;
    private readonly IGrainFactory _grains;
    private readonly GatewayOutboxes _outboxes;
    private readonly DirectGateways _direct;
    private readonly TimeProvider _time;
    private readonly BatchLink<PendingPush> _link;
    private readonly Lock _gate = new();
    private readonly Action<SessionLink> _onIdle;
    private int _users;
    private bool _retired;

    public SessionLink(SessionId session, IGrainFactory grains, GatewayOutboxes outboxes, DirectGateways direct, TimeProvider time, Action<SessionLink> onIdle)
    {
        _session = session;
        _grains = grains;
        _outboxes = outboxes;
        _direct = direct;
        _time = time;
        _onIdle = onIdle;
        _link = new BatchLink<PendingPush>(SendAsync, static pending => pending.Push.Body.Length);
    }

    public SessionId Session => _session;

    /// <summary>Adds a push; null if this link has just been given up and another is to be used.</summary>
    public Task<PushResult>? TryPush(SessionPush push)
    {
        var pending = new PendingPush(push);
        lock (_gate)
        {
            if (_retired)
            {
                return null;
            }

            _users++;
            _link.Add(pending);
        }

        return pending.Result.Task;
    }

    private async Task SendAsync(PendingPush[] batch)
    {
        var pushes = Array.ConvertAll(batch, static pending => pending.Push);
        var results = await SendAsync(pushes);
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i].Result.TrySetResult(results[i]);
        }

        Leave(batch.Length);
    }

    private async Task<PushResult[]> SendAsync(SessionPush[] pushes)
    {
        try
        {
            if (_direct.Find(_session) is not { } gateway)
            {
                return await AskAsync(pushes);
            }

            var outbox = _outboxes.For(gateway);
            var results = await Task.WhenAll(Array.ConvertAll(
                pushes, push => outbox.PushAsync(new PushDelivery(_session, push.MessageId, push.Body, 0, push.Class, push.Key))));
            if (!Array.TrueForAll(results, static result => result == PushResult.NoSession))
            {
                return results;
            }

            _direct.Forget(_session);
            return await AskAsync(pushes);
        }
        catch (Exception exception)
        {
            var result = CallFailure.Classify(exception) == DeliveryFailure.NotDelivered ? PushResult.NoSession : PushResult.Unknown;
            return Array.ConvertAll(pushes, _ => result);
        }
    }

    private async Task<PushResult[]> AskAsync(SessionPush[] pushes)
    {
        var reply = await CallAsync(pushes);
        if (reply.Direct is { } gateway && Array.TrueForAll(reply.Results, static result => result == PushResult.Queued))
        {
            _direct.Remember(_session, gateway);
        }

        return reply.Results;
    }

    /// <summary>What was not delivered, as members come and go, is tried again for less than a second.</summary>
    private async Task<SessionPushReply> CallAsync(SessionPush[] pushes)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _grains.GetGrain<ISessionGrain>(_session.Value).PushAsync(pushes);
            }
            catch (Exception exception) when (attempt < Attempts && CallFailure.Classify(exception) == DeliveryFailure.NotDelivered)
            {
                await Task.Delay(FirstPause * (1 << (attempt - 1)), _time);
            }
        }
    }

    private void Leave(int count)
    {
        lock (_gate)
        {
            _users -= count;
            _retired = _users == 0;
        }

        if (_retired)
        {
            _onIdle(this);
        }
    }

    private sealed class PendingPush(SessionPush push)
    {
        public SessionPush Push { get; } = push;

        public TaskCompletionSource<PushResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
