namespace GameCluster.Client;

/// <summary>What a client is doing.</summary>
public enum ClientState
{
    /// <summary>Nothing: never connected, closed, kicked or refused.</summary>
    Closed,

    /// <summary>Looking for a gateway for the first time.</summary>
    Connecting,

    /// <summary>There is a connection.</summary>
    Open,

    /// <summary>The connection is lost, and the client is getting another one.</summary>
    Reconnecting,
}
