using GameCluster.Push;
using GameCluster.Services;

namespace GameCluster.Sessions;

/// <summary>
/// The session's own stream: numbers pushes, keeps them and passes them to the gateway that carries the session. Everything goes through this silo's outbox for
/// that gateway, so it arrives in order; what did not arrive is sent again until it has, or the gateway is gone. Belongs to the session's grain.
/// </summary>
internal sealed class DirectStream(SessionId session, SessionWindow window, GatewayOutboxes outboxes, ISiloStatusOracle membership, TimeProvider time, Action onLost)
{
    private const int MaxMisses = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private SiloAddress? _gateway;
    private bool _flowing;
    private bool _repairing;
    private uint _delivered;
    private int _misses;

    // Rises with each change of the gateway, so that what was under way to the earlier one is ignored.
    private int _turn;

    public SessionWindow Window => window;

    /// <summary>Whether pushes are sent as they come, and not only kept.</summary>
    public bool IsFlowing => _flowing;

    /// <summary>To go on elsewhere.</summary>
    public DirectStreamImage Image => new(window.Image, _flowing, _delivered);

    /// <summary>Goes on as it was on another silo: what the gateway may not have is sent again, and it drops what it has.</summary>
    public void Continue(SiloAddress? gateway, DirectStreamImage image)
    {
        (_gateway, _flowing, _delivered) = (gateway, image.Flowing, image.Delivered);
        if (_flowing)
        {
            SendUndelivered();
        }
    }

    /// <summary>A gateway carries the session; nothing is sent until it asks for the flow, unless it has everything already.</summary>
    public void Attach(SiloAddress gateway, bool flowing)
    {
        (_gateway, _flowing, _repairing, _misses) = (gateway, flowing, false, 0);
        _delivered = window.Last;
        _turn++;
    }

    public void Detach()
    {
        (_gateway, _flowing, _repairing) = (null, false, false);
        _turn++;
    }

    /// <summary>Keeps a push and sends it if a gateway is there; ends when that has it, or is not there any more.</summary>
    public Task PushAsync(SessionPush push) => ForwardAsync(window.Append(push), push);

    /// <summary>Sends what follows <paramref name="lastNumber"/>.</summary>
    public SessionFlow Flow(uint lastNumber)
    {
        var replay = window.Resume(lastNumber);
        _flowing = true;
        _delivered = replay.Number;
        foreach (var (number, push) in replay.Pushes)
        {
            _ = ForwardAsync(number, push);
        }

        return new SessionFlow(replay.Number, replay.Lost);
    }

    private async Task ForwardAsync(uint number, SessionPush push)
    {
        if (!_flowing || _gateway is null)
        {
            return;
        }

        var turn = _turn;
        var result = await outboxes.For(_gateway).PushAsync(new PushDelivery(session, push.MessageId, push.Body, number, push.Class, push.Key));
        if (turn != _turn || number == 0)
        {
            return;
        }

        if (result is PushResult.Queued or PushResult.SlowConsumer)
        {
            _delivered = Math.Max(_delivered, number);
            _misses = 0;
        }
        else if (!_repairing)
        {
            _misses = result == PushResult.NoSession ? _misses + 1 : 0;
            _repairing = true;
            _ = RepairAsync(turn);
        }
    }

    private async Task RepairAsync(int turn)
    {
        await Task.Delay(FirstPause * (1 << Math.Min(_misses, MaxMisses - 1)), time);
        if (turn != _turn)
        {
            return;
        }

        _repairing = false;
        if (membership.GetApproximateSiloStatus(_gateway!) == SiloStatus.Dead)
        {
            // Whoever watches the members turns the session away from a dead gateway.
            return;
        }

        if (_misses > MaxMisses)
        {
            onLost();
            return;
        }

        SendUndelivered();
    }

    private void SendUndelivered()
    {
        foreach (var (number, push) in window.Replay(_delivered).Pushes.Where(static kept => kept.Number != 0))
        {
            _ = ForwardAsync(number, push);
        }
    }
}
