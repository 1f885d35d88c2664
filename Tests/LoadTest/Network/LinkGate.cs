namespace GameCluster.LoadTest.Network;

/// <summary>One direction between two processes: open, or closed so that whatever comes waits.</summary>
internal sealed class LinkGate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _closed;

    public void Close()
    {
        lock (_gate)
        {
            _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Open()
    {
        lock (_gate)
        {
            _closed?.SetResult();
            _closed = null;
        }
    }

    /// <summary>Completes when something may go through.</summary>
    public async Task PassAsync()
    {
        while (Closed is { } closed)
        {
            await closed;
        }
    }

    private Task? Closed
    {
        get
        {
            lock (_gate)
            {
                return _closed?.Task;
            }
        }
    }
}
