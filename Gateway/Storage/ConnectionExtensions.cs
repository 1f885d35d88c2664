namespace GameCluster.Gateway.Storage;

/// <summary>What is done with connections whose call was given up.</summary>
internal static class ConnectionExtensions
{
    /// <summary>Closes a connection when the call has ended: the server goes on, or TCP finds that it is gone. Closing it before would wait for that.</summary>
    public static async Task CloseAfterAsync(this IAsyncDisposable connection, Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
    }
}
