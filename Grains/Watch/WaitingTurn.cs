namespace GameCluster.Watch;

/// <summary>A handler, step or hook that waits for something, and what comes after the wait.</summary>
internal sealed class WaitingTurn(WatchedGrain grain, int messageId, long startedAt, TurnAccount.Place? place)
{
    private Task? _probe;
    private long _probedAt;

    public WatchedGrain Grain { get; } = grain;

    public int MessageId { get; } = messageId;

    public long StartedAt { get; } = startedAt;

    public LinkedListNode<WaitingTurn>? Node { get; set; }

    public TurnAccount.Place? Place { get; } = place;

    public void End() => Grain.Watch.RemoveWaiting(this);

    /// <summary>
    /// Whether the grain's scheduler is held by a thread, and since when: code behind an await that loops looks like a wait from outside, but lets nothing else of its grain run.
    /// To be asked now and then, by the watch.
    /// </summary>
    public bool HoldsThread(long now, out long since)
    {
        if (_probe is null or { IsCompleted: true })
        {
            _probedAt = now;
            _probe = Task.Factory.StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.None, Grain.Scheduler);
        }

        since = _probedAt;
        return !_probe.IsCompleted;
    }
}
