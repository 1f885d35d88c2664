using GameCluster.Rooms.Journal;

namespace GameCluster.Silo.Storage.Journal;

/// <summary>
/// An entry on its way into the journal. It waits, is sent, and is done; when its time is up it is done as well, and what is told then follows from whether it was sent. Safe from any thread.
/// </summary>
internal sealed class PendingAppend(RoomClaim claim, JournalEntry entry)
{
    private readonly TaskCompletionSource<AppendOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stage = (int)Stage.Waiting;

    private enum Stage
    {
        Waiting,
        Sent,
        Done,
    }

    /// <summary>Stands for no entry: whether the database still answers.</summary>
    public static PendingAppend Ping { get; } = new(new RoomClaim(0, default, 0), new JournalEntry(0, default));

    public RoomClaim Claim => claim;

    public JournalEntry Entry => entry;

    public int Bytes => entry.Body.Length;

    /// <summary>How often it was sent. Only the queue's own loop reads it.</summary>
    public int Sendings { get; private set; }

    public bool IsDone => Volatile.Read(ref _stage) == (int)Stage.Done;

    /// <summary>The outcome, after <paramref name="limit"/> at the latest.</summary>
    public async Task<AppendOutcome> OutcomeAsync(TimeSpan limit, TimeProvider time)
    {
        try
        {
            return await _outcome.Task.WaitAsync(limit, time);
        }
        catch (TimeoutException)
        {
            GiveUp();
            return await _outcome.Task;
        }
    }

    /// <summary>Right before it is sent. False if its time was up before.</summary>
    public bool TrySend()
    {
        Sendings++;
        return Interlocked.CompareExchange(ref _stage, (int)Stage.Sent, (int)Stage.Waiting) == (int)Stage.Waiting;
    }

    /// <summary>It was sent and is certainly not written: it may be sent again. False if its time was up meanwhile.</summary>
    public bool TryTakeBack() => Interlocked.CompareExchange(ref _stage, (int)Stage.Waiting, (int)Stage.Sent) == (int)Stage.Sent;

    public void Complete(AppendOutcome outcome)
    {
        Volatile.Write(ref _stage, (int)Stage.Done);
        _outcome.TrySetResult(outcome);
    }

    /// <summary>Nothing more will be heard of it: what was never sent is not written, of the rest nobody knows.</summary>
    public void GiveUp() => Complete(Interlocked.Exchange(ref _stage, (int)Stage.Done) == (int)Stage.Waiting ? AppendOutcome.Unavailable : AppendOutcome.Unknown);
}
