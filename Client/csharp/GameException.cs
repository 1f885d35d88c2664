namespace GameCluster.Client;

/// <summary>What a request can end with.</summary>
public class GameException : Exception
{
    /// <summary>An error frame, or one of the cases below.</summary>
    public GameException(int code, int messageId, string message)
        : base(message)
    {
        Code = code;
        MessageId = messageId;
    }

    /// <summary>The server's code (docs/protocol.md, P0-37), or 0 where the server has not said anything.</summary>
    public int Code { get; }

    /// <summary>The message that was not answered; 0 where it is about none.</summary>
    public int MessageId { get; }
}
