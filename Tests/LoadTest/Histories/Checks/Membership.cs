namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>The time from when a session got a room's stream until it left, and what it was delivered meanwhile.</summary>
internal sealed class Membership(HistoryEvent opened)
{
    private readonly List<(long From, long Until)> _resyncs = [];
    private readonly HashSet<string> _values = [];
    private long _connectedSince = opened.T;
    private long _mayMissFrom = opened.T;
    private long? _awaySince;
    private long? _left;

    public HistoryEvent Opened { get; } = opened;

    public string Key { get; } = opened.Key!;

    /// <summary>What it was delivered, in order, repetitions left out.</summary>
    public List<HistoryEvent> Delivered { get; } = [];

    public bool Has(string value) => _values.Contains(value);

    /// <returns>False if it had that value already.</returns>
    public bool TryDeliver(HistoryEvent push, Publish? publish)
    {
        if (!_values.Add(push.Value!))
        {
            return false;
        }

        Delivered.Add(push);
        _mayMissFrom = Math.Max(_mayMissFrom, publish?.Invoked.T ?? 0);
        return true;
    }

    public void Resync(HistoryEvent resync) => _resyncs.Add((_mayMissFrom, resync.T));

    public void Disconnected(long at) => _awaySince ??= at;

    public void Resumed(long at)
    {
        _awaySince = null;
        _connectedSince = at;
    }

    /// <summary>It has asked to leave, or was told that it has left.</summary>
    public void Left(long at) => _left ??= at;

    /// <summary>Its session is over, however that came: it counts as there until it was last connected.</summary>
    public void Over(long at) => _left ??= _awaySince ?? at;

    /// <summary>Whether it should have been delivered a publish that is done.</summary>
    public bool IsOwed(Publish publish, long done, long grace)
    {
        var until = _left ?? _awaySince ?? long.MaxValue;
        return Opened.T <= publish.Invoked.T
            && Math.Max(done, _connectedSince) + grace <= until
            && !_resyncs.Exists(resync => publish.Invoked.T < resync.Until && done >= resync.From);
    }
}
