namespace GameCluster.Watch;

/// <summary>Does something again and again on a thread of its own: it goes on when the thread pool has no thread left.</summary>
public sealed class WatchLoop : IDisposable
{
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    /// <summary>Starts at once. The first time comes after one period.</summary>
    public WatchLoop(string name, TimeSpan period, Action look)
    {
        _thread = new Thread(() =>
        {
            while (!_stop.Wait(period))
            {
                look();
            }
        })
        { IsBackground = true, Name = name, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Ends it, and waits for the time under way.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }
}
