namespace GameCluster.Rooms;

/// <summary>The newest value of each key of a stream's <see cref="Services.DeliveryClass.Latest"/> messages. Bounded: the value that was set longest ago goes first.</summary>
internal sealed class StreamLatest(StreamLimits limits, IByteBudget budget)
{
    private const int Overhead = 128;

    private readonly Dictionary<(int MessageId, string Key, StreamAudience Audience), LinkedListNode<Value>> _byKey = [];
    private readonly LinkedList<Value> _values = new();
    private int _bytes;

    /// <summary>The values, in the order in which they were last set.</summary>
    public IEnumerable<Value> Values => _values;

    public int Count => _values.Count;

    public void Set(int messageId, string key, StreamAudience audience, byte[] body)
    {
        Remove(messageId, key, audience);
        var value = new Value(messageId, key, audience, body);
        while (Count > 0 && (Count == limits.LatestKeys || _bytes + value.Size > limits.Bytes))
        {
            Remove(_values.First!.Value);
        }

        if (value.Size <= limits.Bytes && budget.TryTake(value.Size))
        {
            _byKey[(messageId, key, audience)] = _values.AddLast(value);
            _bytes += value.Size;
        }
    }

    public void Remove(int messageId, string key, StreamAudience audience)
    {
        if (_byKey.TryGetValue((messageId, key, audience), out var node))
        {
            Remove(node.Value);
        }
    }

    /// <summary>Removes what was meant for one session that is there no more.</summary>
    public void RemoveOf(StreamAudience audience)
    {
        for (var node = _values.First; node is not null;)
        {
            var value = node.Value;
            node = node.Next;
            if (value.Audience == audience)
            {
                Remove(value);
            }
        }
    }

    public void Clear()
    {
        while (_values.First is { } first)
        {
            Remove(first.Value);
        }
    }

    private void Remove(Value value)
    {
        _byKey.Remove((value.MessageId, value.Key, value.Audience), out var node);
        _values.Remove(node!);
        _bytes -= value.Size;
        budget.Return(value.Size);
    }

    public sealed record Value(int MessageId, string Key, StreamAudience Audience, byte[] Body)
    {
        public int Size => Body.Length + (2 * Key.Length) + Overhead;
    }
}
