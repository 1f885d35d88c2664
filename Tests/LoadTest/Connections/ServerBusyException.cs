namespace GameCluster.LoadTest.Connections;

/// <summary>The server wants no further connection for a while.</summary>
internal sealed class ServerBusyException(string message, TimeSpan retryAfter) : IOException(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
