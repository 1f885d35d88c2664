namespace GameCluster.Client;

/// <summary>The session has ended while the client was away.</summary>
public sealed class SessionLostException : UnansweredException
{
    internal SessionLostException(int messageId, bool sent)
        : base(messageId, sent, $"The session ended before message {messageId} was answered.")
    {
    }
}
