namespace GameCluster.Push;

/// <summary>What became of a session's change.</summary>
public enum SessionSaveResult : byte
{
    /// <summary>It is kept.</summary>
    Saved,

    /// <summary>It was of an earlier epoch: another gateway carries the session, or it has ended.</summary>
    Stale,

    /// <summary>The grain knows no such session: its silo has gone, and the gateway is to attach again.</summary>
    Unknown,

    /// <summary>The login was refused, as the player is logged in already; everything else is kept.</summary>
    LoginRefused,
}
