using GameCluster.Push;

namespace GameCluster.Sessions;

/// <summary>What the session is, as its gateway says, and whose: that takes two, as the player's grain knows of other sessions.</summary>
internal sealed partial class SessionGrain
{
    // Whose session it is to be, by what was saved last; nobody's until the player's grain has agreed.
    private string? _wanted;

    public async ValueTask<SessionSaveResult> SaveAsync(long epoch, SessionRecord record)
    {
        if (!IsCurrent(epoch))
        {
            return _record is null ? SessionSaveResult.Unknown : SessionSaveResult.Stale;
        }

        var before = _record!.Player;
        _wanted = record.Player;
        _record = before == _wanted ? record : record with { Player = null };
        Keep();
        if (before == _wanted)
        {
            return SessionSaveResult.Saved;
        }

        if (before is not null)
        {
            notices.LeavePlayer(Id, before);
        }

        return record.Player is null ? SessionSaveResult.Saved : await LogInAsync(epoch, record.Player);
    }

    /// <summary>The session is the player's if the player's grain says so. Until then it is nobody's: a save that fails is made again, and another gateway may go on with the session meanwhile.</summary>
    private async ValueTask<SessionSaveResult> LogInAsync(long epoch, string player)
    {
        _enteredAt = members.CurrentSnapshot.Version;
        if (!await GrainFactory.GetGrain<IPlayerGrain>(player).EnterAsync(Id, judged: _token is not null))
        {
            return SessionSaveResult.LoginRefused;
        }

        if (_ended || _wanted != player)
        {
            notices.LeavePlayer(Id, player);
            return SessionSaveResult.Stale;
        }

        _record = _record! with { Player = player };
        Keep();
        return IsCurrent(epoch) ? SessionSaveResult.Saved : SessionSaveResult.Stale;
    }

    /// <summary>The session is the player's, by what its gateway knows or what is stored. The player's grain is in memory only and may have gone with a silo.</summary>
    private void EnterAgain()
    {
        _wanted = _record!.Player;
        EnterPlayer();
    }

    private void EnterPlayer()
    {
        _enteredAt = members.CurrentSnapshot.Version;
        if (_record!.Player is { } player)
        {
            notices.EnterPlayer(Id, player);
        }
    }
}
