using System.Collections.Concurrent;

namespace GameCluster.Gateway.Connections;

/// <summary>The open sockets of this gateway, counted before their upgrade so that the limit holds.</summary>
internal sealed class ConnectionTable
{
    private readonly ConcurrentDictionary<Connection, byte> _connections = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Connection> All => _connections.Select(static entry => entry.Key);

    /// <summary>Takes a place below <paramref name="limit"/>; <see cref="Leave"/> gives it back.</summary>
    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref _count) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);

    public void Add(Connection connection) => _connections.TryAdd(connection, 0);

    public void Remove(Connection connection) => _connections.TryRemove(connection, out _);
}
