namespace GameCluster.Watch;

/// <summary>Which handlers allocated most lately: whom to suspect when memory runs short. Only handlers that allocate much at once get here, so it may lock.</summary>
public sealed class AllocationBook
{
    /// <summary>Handlers that allocate less in one go are not noted.</summary>
    public const long NotedBytes = 1024 * 1024;

    private const int MaxNames = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, string Key, int MessageId), long> _bytes = [];

    /// <summary>What has been running for long, in words.</summary>
    public IReadOnlyList<string> Running { get; set; } = [];

    /// <summary>A handler has allocated.</summary>
    public void Add(string service, string key, int messageId, long bytes)
    {
        lock (_gate)
        {
            if (_bytes.Count >= MaxNames && !_bytes.ContainsKey((service, key, messageId)))
            {
                _bytes.Remove(_bytes.MinBy(static entry => entry.Value).Key);
            }

            _bytes[(service, key, messageId)] = _bytes.GetValueOrDefault((service, key, messageId)) + bytes;
        }
    }

    /// <summary>Halves what is noted, so that the latest counts most. To be called now and then.</summary>
    public void Fade()
    {
        lock (_gate)
        {
            foreach (var (name, bytes) in _bytes.ToArray())
            {
                if (bytes / 2 < NotedBytes / 2)
                {
                    _bytes.Remove(name);
                }
                else
                {
                    _bytes[name] = bytes / 2;
                }
            }
        }
    }

    /// <summary>The most suspect, in words: what runs without end first.</summary>
    public string Describe(int count)
    {
        lock (_gate)
        {
            var names = _bytes.OrderByDescending(static entry => entry.Value)
                .Select(static entry => $"message {entry.Key.MessageId} of {entry.Key.Service} '{entry.Key.Key}' with {entry.Value / (1024 * 1024)} MiB lately");
            return string.Join("; ", Running.Concat(names).Take(count)) is { Length: > 0 } text ? text : "none: no handler has allocated much at once";
        }
    }
}
