namespace GameCluster.Gateway.Sessions;

/// <summary>What became of a frame for a socket.</summary>
internal enum SendResult
{
    /// <summary>It is sent or waits its turn.</summary>
    Queued,

    /// <summary>The client does not read fast enough; it is being closed.</summary>
    SlowConsumer,

    /// <summary>The socket is closed or closing.</summary>
    Closed,
}
