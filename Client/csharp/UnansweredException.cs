namespace GameCluster.Client;

/// <summary>A request that ends without the server's answer.</summary>
public abstract class UnansweredException : GameException
{
    private protected UnansweredException(int messageId, bool sent, string message)
        : base(0, messageId, message) => Sent = sent;

    /// <summary>Whether it was sent: then it may have been handled, or may still be.</summary>
    public bool Sent { get; }
}
