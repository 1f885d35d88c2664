namespace GameCluster.Client;

/// <summary>The client is closed.</summary>
public sealed class ClientClosedException : UnansweredException
{
    internal ClientClosedException(int messageId, bool sent)
        : base(messageId, sent, "The client is closed.")
    {
    }
}
