using GameCluster.Push;

namespace GameCluster.Sessions;

/// <summary>How a session ends: by its client, by a kick, or as its client has not come back.</summary>
internal sealed partial class SessionGrain
{
    public ValueTask EndAsync(long epoch, bool told)
    {
        if (_record is null)
        {
            LeaveIfUnknown();
            throw new OrleansException($"Session {Id} is not known here: its silo has gone, and its gateway is to attach first.");
        }

        if (IsCurrent(epoch))
        {
            End(told);
            DeactivateOnIdle();
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> IsThereAsync()
    {
        if (_record is null)
        {
            await RecallAsync();
        }

        LeaveIfUnknown();
        return _record is not null && !_ended;
    }

    public async ValueTask<bool> KickAsync(string reason)
    {
        if (_record is null)
        {
            await RecallAsync();
        }

        if (_record is null || _ended)
        {
            LeaveIfUnknown();
            return false;
        }

        long epoch;
        do
        {
            epoch = _epoch;
            if (_gateway is { } gateway && await TryKickAsync(gateway, reason))
            {
                return true;
            }
        }
        while (!_ended && epoch != _epoch);

        // Its client is away, or its gateway does not say so any more. That of a session which ends with its connection tells of its end itself.
        if (!_ended && _stream is not null)
        {
            EndAway();

            // What is stored of it is deleted in a moment; until then nobody must be able to go on with it.
            _token = null;
        }

        return true;
    }

    /// <summary>False if the gateway does not carry the session, or does not answer. Then it hears of it when it does; a session that ends with its connection ends with its gateway otherwise.</summary>
    private async ValueTask<bool> TryKickAsync(SiloAddress gateway, string reason)
    {
        try
        {
            return await gateways.At(gateway).KickAsync(Id, reason);
        }
        catch (Exception)
        {
            notices.Kick(Id, gateway, reason);
            return _stream is null;
        }
    }

    private void End(bool told)
    {
        _ended = true;
        Unkeep();
        notices.End(Id, _epoch, _record!, told);
        if (_record!.Player is null && _wanted is not null)
        {
            // The player's grain may have entered it though no answer said so.
            notices.LeavePlayer(Id, _wanted);
        }

        _record = SessionRecord.Empty;
        _gateway = null;
        Release();
    }
}
