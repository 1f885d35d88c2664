namespace GameCluster.Push;

/// <summary>What became of a push.</summary>
public enum PushResult
{
    /// <summary>
    /// The gateway that carries the session has queued the frame for its socket. For a session that can be resumed: it is kept until the client has
    /// acknowledged it, and sent again when the client comes back.
    /// </summary>
    Queued,

    /// <summary>There is no such session.</summary>
    NoSession,

    /// <summary>The session's send queue is full: its client does not read fast enough.</summary>
    SlowConsumer,

    /// <summary>The gateway did not answer: whether the frame was queued is unknown.</summary>
    Unknown,
}
