using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>
/// A grain that makes a stream for its members: a room or a group. A member is numbered from 1 without gaps; what it may have missed is kept for a while.
/// Calls with an epoch below the one known of a session are ignored: they come from where the session no longer is.
/// </summary>
[Alias("gamecluster.IStreamGrain")]
public interface IStreamGrain : IGrainWithStringKey
{
    /// <summary>
    /// The session is at <paramref name="gateway"/> now and has everything up to <paramref name="lastNumber"/>. What follows is on its way there before
    /// anything newer; if it is not kept any more, the answer says where the stream goes on.
    /// </summary>
    [Alias("Resume")]
    ValueTask<StreamResume> ResumeAsync(SessionId session, SiloAddress gateway, long epoch, uint lastNumber);

    /// <summary>Which of these sessions, for whom <paramref name="gateway"/> follows the stream, the stream does not have there. A grain that has just been made has none of them.</summary>
    [Alias("FindMissing")]
    ValueTask<SessionId[]> FindMissingAsync(SiloAddress gateway, SessionId[] following);

    /// <summary>The session has lost its connection; its place is kept.</summary>
    [Alias("Away")]
    ValueTask AwayAsync(SessionId session, long epoch);

    /// <summary>The session is over.</summary>
    [Alias("End")]
    ValueTask EndAsync(SessionId session, long epoch);
}
