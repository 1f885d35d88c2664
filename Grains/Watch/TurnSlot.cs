namespace GameCluster.Watch;

/// <summary>
/// What a thread is doing for a grain. One per thread, written by that thread with every turn and read by the watch: a few stores, nothing shared, nothing allocated.
/// </summary>
internal sealed class TurnSlot
{
    private static readonly Lock Gate = new();
    private static volatile TurnSlot[] _all = [];

    [ThreadStatic]
    private static TurnSlot? _own;

    private readonly Thread _thread = Thread.CurrentThread;
    private WatchedGrain? _grain;
    private int _messageId;
    private long _startedAt;
    private long _allocatedBefore;
    private TurnAccount.Place? _place;
    private TurnPause? _pause;

    /// <summary>The slot of the current thread.</summary>
    public static TurnSlot Own => _own ??= Create();

    /// <summary>The slots of all threads that had one.</summary>
    public static TurnSlot[] All => _all;

    /// <summary>Whether a turn is under way.</summary>
    public bool IsTaken => _grain is not null;

    public WatchedGrain Grain => _grain!;

    public int MessageId => _messageId;

    public long StartedAt => _startedAt;

    /// <summary>Of the turn under way; null if it has none.</summary>
    public TurnPause? Paused => _pause;

    public void Enter(WatchedGrain grain, int messageId, long now)
    {
        _messageId = messageId;
        _allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        Volatile.Write(ref _startedAt, now);
        Volatile.Write(ref _grain, grain);
        if (grain.Watch.Account is { } account)
        {
            if (_place?.Account != account)
            {
                _place = account.Take();
            }

            _place!.Write(grain, messageId);
        }
    }

    public void Leave()
    {
        var grain = _grain!;
        Volatile.Write(ref _grain, null);
        _pause = null;
        _place?.Clear();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore;
        if (allocated >= AllocationBook.NotedBytes)
        {
            grain.Watch.OnAllocated(grain, _messageId, allocated);
        }
    }

    /// <summary>The turn under way is about to wait for the server itself. Null if none is under way on this thread, or no account is kept.</summary>
    public TurnPause? Pause()
    {
        if (_grain?.Watch.Account is null || _place is null)
        {
            return null;
        }

        _place.Clear();
        return _pause = new TurnPause(this);
    }

    /// <summary>It had not to wait.</summary>
    public void GoOn(TurnPause pause)
    {
        if (_pause == pause)
        {
            _pause = null;
            _place!.Write(_grain!, _messageId);
        }
    }

    /// <summary>From another thread: the turn under way, if it began before <paramref name="before"/>.</summary>
    public bool TryRead(long before, out RunningTurn turn)
    {
        var grain = Volatile.Read(ref _grain);
        var startedAt = Volatile.Read(ref _startedAt);
        turn = default;
        if (grain is null || startedAt > before)
        {
            return false;
        }

        turn = new RunningTurn(grain, _messageId, startedAt, startedAt, HoldsThread: true);
        return Volatile.Read(ref _startedAt) == startedAt && ReferenceEquals(Volatile.Read(ref _grain), grain);
    }

    private static TurnSlot Create()
    {
        lock (Gate)
        {
            // Threads of the pool come and go.
            var living = _all.ToLookup(static other => other._thread.IsAlive);
            foreach (var dead in living[false])
            {
                dead._place?.Return();
            }

            var slot = new TurnSlot();
            _all = [.. living[true], slot];
            return slot;
        }
    }
}
