namespace GameCluster.Watch;

/// <summary>Which handlers allocated most lately: whom to suspect when memory runs short. Only handlers that allocate much at once get here, so it may lock.</summary>
public sealed class AllocationBook
{
    /// <summary>Handlers that allocate less in one go are not noted.</summary>
    public const long NotedBytes = 1024 * 1024;

    private const int MaxNames = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, string Key, int MessageId), Entry> _entries = [];

    /// <summary>What has held a thread for long, in words.</summary>
    public IReadOnlyList<string> Running { get; set; } = [];

    /// <summary>What has been waiting for long and may allocate between, in words: what it allocates then is not noted.</summary>
    public IReadOnlyList<string> Waiting { get; set; } = [];

    /// <summary>A handler has allocated. <paramref name="accuse"/> is called with the message if its grain is taken for the one that uses memory up.</summary>
    public void Add(string service, string key, int messageId, long bytes, Action<int>? accuse = null)
    {
        lock (_gate)
        {
            if (_entries.Count >= MaxNames && !_entries.ContainsKey((service, key, messageId)))
            {
                _entries.Remove(_entries.MinBy(static entry => entry.Value.Bytes).Key);
            }

            _entries[(service, key, messageId)] = new Entry(_entries.GetValueOrDefault((service, key, messageId)).Bytes + bytes, accuse is null ? null : new WeakReference<Action<int>>(accuse));
        }
    }

    /// <summary>Halves what is noted, so that the latest counts most. To be called now and then.</summary>
    public void Fade()
    {
        lock (_gate)
        {
            foreach (var (name, entry) in _entries.ToArray())
            {
                if (entry.Bytes / 2 < NotedBytes / 2)
                {
                    _entries.Remove(name);
                }
                else
                {
                    _entries[name] = entry with { Bytes = entry.Bytes / 2 };
                }
            }
        }
    }

    /// <summary>Accuses the grain that has allocated most lately, if that is no less than <paramref name="least"/> and than what all others have together.</summary>
    /// <returns>Whether there is such a grain.</returns>
    public bool Accuse(long least)
    {
        (int MessageId, WeakReference<Action<int>>? Accuse) largest;
        lock (_gate)
        {
            var grain = _entries.GroupBy(static entry => (entry.Key.Service, entry.Key.Key)).MaxBy(static grain => grain.Sum(static entry => entry.Value.Bytes));
            var bytes = grain?.Sum(static entry => entry.Value.Bytes) ?? 0;
            if (bytes == 0 || bytes < least || bytes < _entries.Values.Sum(static entry => entry.Bytes) - bytes)
            {
                return false;
            }

            var entry = grain!.MaxBy(static entry => entry.Value.Bytes);
            largest = (entry.Key.MessageId, entry.Value.Accuse);
            foreach (var (name, _) in grain!.ToArray())
            {
                _entries.Remove(name);
            }
        }

        if (largest.Accuse is { } reference && reference.TryGetTarget(out var accuse))
        {
            accuse(largest.MessageId);
        }

        return true;
    }

    /// <summary>The most suspect, in words: what runs without end first.</summary>
    public string Describe(int count)
    {
        lock (_gate)
        {
            var names = _entries.OrderByDescending(static entry => entry.Value.Bytes)
                .Select(static entry => $"message {entry.Key.MessageId} of {entry.Key.Service} '{entry.Key.Key}' with {entry.Value.Bytes / (1024 * 1024)} MiB lately");
            return string.Join("; ", Running.Concat(names).Concat(Waiting).Take(count)) is { Length: > 0 } text ? text : "none: no handler has allocated much at once";
        }
    }

    /// <summary>What is noted of a grain does not keep it in memory.</summary>
    private readonly record struct Entry(long Bytes, WeakReference<Action<int>>? Accuse);
}
