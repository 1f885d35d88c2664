using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>The newest value of each key of a stream's <see cref="Services.DeliveryClass.Latest"/> messages. Bounded: the value that was set longest ago goes first.</summary>
internal sealed class StreamLatest(StreamOptions limits, IByteBudget budget)
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
        var value = new Value(messageId, key, audience, body);
        if (_byKey.TryGetValue(value.Identity, out var older))
        {
            Remove(older.Value);
        }

        while (Count > 0 && (Count == limits.LatestKeys || _bytes + value.Size > limits.Bytes))
        {
            Remove(_values.First!.Value);
        }

        if (value.Size <= limits.Bytes && budget.TryTake(value.Size))
        {
            _byKey[value.Identity] = _values.AddLast(value);
            _bytes += value.Size;
        }
    }

    /// <summary>Removes a key's values, whoever they are for.</summary>
    public void Remove(int messageId, string key) => RemoveWhere(value => value.MessageId == messageId && value.Key == key);

    /// <summary>Removes what was meant for one session.</summary>
    public void Remove(SessionId session) => RemoveWhere(value => value.Audience == StreamAudience.Only(session));

    public void Clear()
    {
        while (_values.First is { } first)
        {
            Remove(first.Value);
        }
    }

    private void RemoveWhere(Func<Value, bool> isOne)
    {
        for (var node = _values.First; node is not null;)
        {
            var value = node.Value;
            node = node.Next;
            if (isOne(value))
            {
                Remove(value);
            }
        }
    }

    private void Remove(Value value)
    {
        _byKey.Remove(value.Identity, out var node);
        _values.Remove(node!);
        _bytes -= value.Size;
        budget.Return(value.Size);
    }

    public sealed record Value(int MessageId, string Key, StreamAudience Audience, byte[] Body)
    {
        /// <summary>A newer value replaces one of the same identity: who of all is left out makes no difference, who alone is meant does.</summary>
        public (int, string, StreamAudience) Identity => (MessageId, Key, Audience.Of == StreamAudience.Kind.Only ? Audience : new StreamAudience(Audience.Of, default));

        public int Size => Body.Length + (2 * Key.Length) + Overhead;
    }
}
