namespace GameCluster.Push;

/// <summary>Whether a client may go on with its session.</summary>
public enum SessionResumeStatus : byte
{
    /// <summary>It may.</summary>
    Resumed,

    /// <summary>There is no such session, or the token is not its.</summary>
    Unknown,

    /// <summary>The session has waited too long.</summary>
    Expired,

    /// <summary>The token was used before.</summary>
    Taken,

    /// <summary>A later attempt of the same client has used the token.</summary>
    Overtaken,
}
