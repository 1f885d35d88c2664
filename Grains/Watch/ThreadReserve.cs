namespace GameCluster.Watch;

/// <summary>
/// Gives the thread pool a thread for each one that a handler holds. By itself the pool notices after half a second and more each time, and with as many held as there are cores everything else waits that long.
/// </summary>
internal sealed class ThreadReserve
{
    /// <summary>Beyond this many the process is past help.</summary>
    private const int MaxThreads = 64;

    private int _given;

    public void MakeUpFor(int held)
    {
        var wanted = Math.Min(held, MaxThreads);
        if (wanted == _given)
        {
            return;
        }

        ThreadPool.GetMinThreads(out var workers, out var ports);
        if (ThreadPool.SetMinThreads(workers + wanted - _given, ports))
        {
            _given = wanted;
        }
    }
}
