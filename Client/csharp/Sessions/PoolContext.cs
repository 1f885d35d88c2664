namespace GameCluster.Client.Sessions;

/// <summary>
/// The thread pool, for handlers without a context of their own. What an <c>async</c> handler throws after its first await comes here, where without any context it would end the process.
/// </summary>
/// <param name="failed">Told of it.</param>
internal sealed class PoolContext(Action<Exception> failed) : SynchronizationContext
{
    public override void Post(SendOrPostCallback callback, object? state) => ThreadPool.QueueUserWorkItem(_ => Run(callback, state));

    public override void Send(SendOrPostCallback callback, object? state) => callback(state);

    public override SynchronizationContext CreateCopy() => this;

    private void Run(SendOrPostCallback callback, object? state)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        catch (Exception error)
        {
            failed(error);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
