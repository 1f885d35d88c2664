namespace GameCluster.Rooms;

/// <summary>
/// The newest numbered messages of a stream, once for all its subscribers: a ring that grows as needed, bounded in messages, bytes and time. It has no holes: when a message
/// cannot be kept, nothing older is.
/// </summary>
internal sealed class StreamLog(StreamOptions limits, IByteBudget budget, TimeProvider time)
{
    public const string BeyondWindow = "window";
    public const string BeyondBudget = "budget";

    private StreamEntry[] _ring = [];
    private int _first;
    private int _bytes;

    public int Count { get; private set; }

    /// <summary>Why the last message that is gone is gone.</summary>
    public string Lost { get; set; } = BeyondWindow;

    /// <summary>An entry, counted from the oldest.</summary>
    public ref readonly StreamEntry this[int index] => ref _ring[(_first + index) & (_ring.Length - 1)];

    public void Append(in StreamEntry entry)
    {
        Expire();
        while (Count > 0 && (Count == limits.Messages || _bytes + entry.Size > limits.Bytes))
        {
            Drop(BeyondWindow);
        }

        if (entry.Size > limits.Bytes)
        {
            Lost = BeyondWindow;
            return;
        }

        while (!budget.TryTake(entry.Size))
        {
            if (Count == 0)
            {
                Lost = BeyondBudget;
                return;
            }

            Drop(BeyondBudget);
        }

        Grow();
        _ring[(_first + Count++) & (_ring.Length - 1)] = entry;
        _bytes += entry.Size;
    }

    /// <summary>Takes over what was kept elsewhere, as far as there is room; <paramref name="lost"/>: why the last message that is gone is gone.</summary>
    public void Restore(IEnumerable<StreamEntry> entries, string lost)
    {
        Lost = lost;
        foreach (var entry in entries)
        {
            Append(entry);
        }
    }

    /// <summary>Drops what is too old.</summary>
    public void Expire()
    {
        var now = time.GetTimestamp();
        while (Count > 0 && time.GetElapsedTime(_ring[_first].At, now) > limits.Age)
        {
            Drop(BeyondWindow);
        }
    }

    /// <summary>Drops everything, and with it what was taken of the budget.</summary>
    public void Clear()
    {
        while (Count > 0)
        {
            Drop(BeyondWindow);
        }

        _ring = [];
    }

    private void Drop(string reason)
    {
        var size = _ring[_first].Size;
        _ring[_first] = default;
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
        _bytes -= size;
        Lost = reason;
        budget.Return(size);
    }

    /// <summary>The ring's length is a power of two.</summary>
    private void Grow()
    {
        if (Count < _ring.Length)
        {
            return;
        }

        var larger = new StreamEntry[Math.Max(8, 2 * _ring.Length)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        (_ring, _first) = (larger, 0);
    }
}
