namespace GameCluster.Push;

/// <summary>What became of a push.</summary>
public enum PushResult
{
    /// <summary>The gateway that carries the session has queued the frame for its socket.</summary>
    Queued,

    /// <summary>There is no such session, or it has no socket at the moment.</summary>
    NoSession,

    /// <summary>The session's send queue is full: its client does not read fast enough.</summary>
    SlowConsumer,

    /// <summary>The gateway did not answer: whether the frame was queued is unknown.</summary>
    Unknown,
}
