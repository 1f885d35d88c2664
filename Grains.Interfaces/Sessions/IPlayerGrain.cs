namespace GameCluster.Sessions;

/// <summary>Which sessions a player has, wherever they are connected. Keyed by the player's name; in memory only, told by the sessions.</summary>
[Alias("gamecluster.IPlayerGrain")]
public interface IPlayerGrain : IGrainWithStringKey
{
    /// <summary>
    /// A session is the player's from now on. False, and nothing has changed, if the policy for second logins refuses it; only a login that is
    /// <paramref name="judged"/> is measured by that policy.
    /// </summary>
    [Alias("Enter")]
    ValueTask<bool> EnterAsync(SessionId session, bool judged);

    /// <summary>A session is not the player's any more.</summary>
    [Alias("Leave")]
    ValueTask LeaveAsync(SessionId session);

    /// <summary>The player's sessions, those included whose client is away.</summary>
    [Alias("GetSessions")]
    ValueTask<SessionId[]> GetSessionsAsync();
}
