namespace GameCluster.Services;

/// <summary>Who may send a message id.</summary>
public enum MessageDirection
{
    /// <summary>Clients send it.</summary>
    Client,

    /// <summary>Only the server sends it, to services: a client that tries is refused.</summary>
    Internal,

    /// <summary>Only the server sends it, to clients: a client that tries is refused.</summary>
    PushOnly,
}
