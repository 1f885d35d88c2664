using GameCluster.Gateway.Protocol;

namespace GameCluster.Gateway.Sessions;

/// <summary>What a session needs of the socket that carries it.</summary>
internal interface IClientConnection
{
    /// <summary>Where the client is, for operators.</summary>
    string RemoteAddress { get; }

    /// <summary>Bytes that wait for the client to read.</summary>
    int QueuedBytes { get; }

    /// <summary>Frames sent so far.</summary>
    long FramesOut { get; }

    /// <summary>Queues a frame; never blocks. A client that does not read is closed by the connection itself.</summary>
    SendResult Send(int messageId, byte[] body);

    /// <inheritdoc cref="Send(int, byte[])"/>
    SendResult Send(in OutgoingFrame frame);

    /// <summary>What is sent from here to <see cref="Uncork"/> leaves together, or earlier if it is much.</summary>
    void Cork();

    /// <summary>Ends what <see cref="Cork"/> began.</summary>
    void Uncork();

    /// <summary>Sends what is queued and then closes. The first close wins.</summary>
    void Close(CloseCode code, string reason);
}
