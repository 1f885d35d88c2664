namespace GameCluster.Client;

/// <summary>No answer in time.</summary>
public sealed class RequestTimeoutException : UnansweredException
{
    internal RequestTimeoutException(int messageId, bool sent)
        : base(messageId, sent, messageId == 0 ? "No gateway has answered in time." : $"Message {messageId} was not answered in time.")
    {
    }
}
