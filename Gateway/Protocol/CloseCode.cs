namespace GameCluster.Gateway.Protocol;

/// <summary>Why a connection is closed, as the client sees it: WebSocket's close codes and, from 4000, the protocol's own.</summary>
internal enum CloseCode
{
    /// <summary>The client closed, or the idle time-out passed.</summary>
    Normal = 1000,

    /// <summary>This gateway is going away; another one answers.</summary>
    GoingAway = 1001,

    /// <summary>The bytes are not this protocol: a length below the header's, a frame not completed in time, text without a header.</summary>
    ProtocolError = 1002,

    /// <summary>A text message is not UTF-8.</summary>
    InvalidPayload = 1007,

    /// <summary>A rule of this server was broken, such as a rate limit.</summary>
    PolicyViolation = 1008,

    /// <summary>A frame or a message is over its limit.</summary>
    TooBig = 1009,

    /// <summary>The server failed.</summary>
    InternalError = 1011,

    /// <summary>The server is overloaded; the client may come back later.</summary>
    TryAgainLater = 1013,

    /// <summary>Kicked by the game or an operator; the reason says why.</summary>
    Kicked = 4000,

    /// <summary>Another connection has resumed this session.</summary>
    TakenOver = 4001,

    /// <summary>The client reads too slowly.</summary>
    SlowConsumer = 4008,
}
