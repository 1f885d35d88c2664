namespace GameCluster.Services;

/// <summary>
/// Sends items in batches with one batch under way: a lone item goes at once, and what is added meanwhile leaves together when the batch has
/// returned. Items leave in the order they were added. The send function handles its own failures.
/// </summary>
/// <param name="send">Sends one batch; the link waits for it. It must not throw.</param>
/// <param name="sizeOf">What an item adds to the size of its batch, in bytes, about.</param>
public sealed class BatchLink<T>(Func<T[], Task> send, Func<T, int> sizeOf)
{
    /// <summary>The most items that travel together.</summary>
    public const int MaxItems = 512;

    /// <summary>The most bytes of them, unless a single item is larger: far from what members take of each other in one message, as a batch that is refused is lost to all who are in it.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<T> _waiting = new();
    private bool _sending;

    /// <summary>How many items wait for the batch under way.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds an item; never blocks.</summary>
    public void Add(T item)
    {
        lock (_gate)
        {
            _waiting.Enqueue(item);
            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        // From the thread pool, so that what the caller adds next (it often works through a list) is in the same batch.
        ThreadPool.UnsafeQueueUserWorkItem(static link => _ = link.RunAsync(), this, preferLocal: true);
    }

    private async Task RunAsync()
    {
        while (TakeBatch() is { } batch)
        {
            await send(batch).ConfigureAwait(false);
        }
    }

    private T[]? TakeBatch()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _sending = false;
                return null;
            }

            var batch = new T[NextCount()];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = _waiting.Dequeue();
            }

            return batch;
        }
    }

    private int NextCount()
    {
        var (count, bytes) = (0, 0L);
        foreach (var item in _waiting)
        {
            bytes += sizeOf(item);
            if (count == MaxItems || (count > 0 && bytes > MaxBytes))
            {
                break;
            }

            count++;
        }

        return count;
    }
}
