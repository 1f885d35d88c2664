namespace GameCluster.Client;

/// <summary>As many requests wait as the client may hold; this one was not sent.</summary>
public sealed class QueueFullException : UnansweredException
{
    internal QueueFullException(int messageId)
        : base(messageId, sent: false, $"Message {messageId} was not taken: too many requests wait for their answers.")
    {
    }
}
