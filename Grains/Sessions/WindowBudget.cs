using Microsoft.Extensions.Options;

namespace GameCluster.Sessions;

/// <summary>
/// What all windows of a process may take. Beyond it the windows of those sessions go whose clients have been away for longest, and if none is away, the one
/// that grew. Safe from any thread.
/// </summary>
internal sealed class WindowBudget(IOptions<SessionOptions> options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<SessionWindow> _away = new();
    private readonly Dictionary<SessionWindow, LinkedListNode<SessionWindow>> _nodes = [];
    private long _used;

    /// <summary>Bytes of all windows.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>A window has grown by so many bytes, or shrunk.</summary>
    public void Count(int bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>The client of this window has gone away.</summary>
    public void Leave(SessionWindow window)
    {
        lock (_gate)
        {
            if (!_nodes.ContainsKey(window))
            {
                _nodes[window] = _away.AddLast(window);
            }
        }
    }

    /// <summary>The client of this window is back, or will not come any more.</summary>
    public void Return(SessionWindow window)
    {
        lock (_gate)
        {
            if (_nodes.Remove(window, out var node))
            {
                _away.Remove(node);
            }
        }
    }

    /// <summary>Makes room. Not to be called with the lock of a window.</summary>
    public void Enforce(SessionWindow grown)
    {
        while (Used > options.Value.WindowBudgetBytes)
        {
            (TakeOldest() ?? grown).Evict(WindowLoss.Budget);
            if (grown.Bytes == 0)
            {
                return;
            }
        }
    }

    private SessionWindow? TakeOldest()
    {
        lock (_gate)
        {
            if (_away.First is not { } node)
            {
                return null;
            }

            _away.Remove(node);
            _nodes.Remove(node.Value);
            return node.Value;
        }
    }
}
