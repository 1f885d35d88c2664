namespace GameCluster.LoadTest.Histories;

/// <summary>What a line of a history says has happened.</summary>
internal enum EventType
{
    /// <summary>A client sent a request for the first time.</summary>
    Invoke,

    /// <summary>It was answered: done.</summary>
    Ok,

    /// <summary>It was answered: certainly not done.</summary>
    Fail,

    /// <summary>It was not answered, or by an error that leaves open whether it was done.</summary>
    Info,

    /// <summary>A push arrived.</summary>
    Push,

    /// <summary>The server said that a stream goes on with a later number.</summary>
    Resync,

    /// <summary>A session or a stream began.</summary>
    Open,

    /// <summary>A connection, a stream or a session ended.</summary>
    Close,

    /// <summary>A session went on at another connection.</summary>
    Resumed,

    /// <summary>The server did not know the session any more.</summary>
    Lost,

    /// <summary>The size of something in a process.</summary>
    Sample,

    /// <summary>Something was done to a process of the server, or is over.</summary>
    Fault,
}
