namespace GameCluster.LoadTest.Network;

/// <summary>One direction between two processes: open, or closed so that whatever comes waits. Closed twice, it needs opening twice.</summary>
internal sealed class LinkGate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _opened;
    private int _closings;

    public void Close()
    {
        lock (_gate)
        {
            _closings++;
            _opened ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Open()
    {
        lock (_gate)
        {
            if (--_closings == 0)
            {
                _opened!.SetResult();
                _opened = null;
            }
        }
    }

    /// <summary>Completes when something may go through.</summary>
    public async Task PassAsync()
    {
        while (Opening is { } opening)
        {
            await opening;
        }
    }

    private Task? Opening
    {
        get
        {
            lock (_gate)
            {
                return _opened?.Task;
            }
        }
    }
}
