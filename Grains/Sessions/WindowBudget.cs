using GameCluster.Rooms;
using Microsoft.Extensions.Options;

namespace GameCluster.Sessions;

/// <summary>
/// What sessions' windows and rooms' logs of a process may take together. Beyond it the windows of those sessions go whose clients have been away for longest, and if none is away, what
/// has just grown. Safe from any thread.
/// </summary>
internal sealed class WindowBudget(IOptions<SessionOptions> options) : IByteBudget
{
    private readonly Lock _gate = new();
    private readonly LinkedList<SessionWindow> _away = new();

    // Null for one whose window has been taken and that has got nothing since.
    private readonly Dictionary<SessionWindow, LinkedListNode<SessionWindow>?> _nodes = [];
    private long _used;

    public long Taken => Volatile.Read(ref _used);

    private bool IsExceeded => Taken > options.Value.WindowBudgetBytes;

    /// <summary>A window has grown by so many bytes, or shrunk.</summary>
    public void Count(int bytes) => Interlocked.Add(ref _used, bytes);

    public bool TryTake(int bytes)
    {
        Count(bytes);
        while (IsExceeded)
        {
            if (TakeOldest() is not { } oldest)
            {
                Count(-bytes);
                return false;
            }

            oldest.Evict(WindowLoss.Budget);
        }

        return true;
    }

    public void Return(int bytes) => Count(-bytes);

    /// <summary>The client of this window has gone away.</summary>
    public void OnAway(SessionWindow window)
    {
        lock (_gate)
        {
            if (!_nodes.ContainsKey(window))
            {
                _nodes[window] = _away.AddLast(window);
                window.IsAway = true;
            }
        }
    }

    /// <summary>The client of this window is back, or will not come any more.</summary>
    public void OnBack(SessionWindow window)
    {
        lock (_gate)
        {
            if (!_nodes.Remove(window, out var node))
            {
                return;
            }

            window.IsAway = false;
            if (node is not null)
            {
                _away.Remove(node);
            }
        }
    }

    /// <summary>Makes room. Not to be called with the lock of a window.</summary>
    public void Enforce(SessionWindow grown)
    {
        if (grown.IsAway)
        {
            EnterAgain(grown);
        }

        while (IsExceeded)
        {
            (TakeOldest() ?? grown).Evict(WindowLoss.Budget);
            if (grown.Bytes == 0)
            {
                return;
            }
        }
    }

    /// <summary>Its window was taken before, and there is something in it again.</summary>
    private void EnterAgain(SessionWindow window)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(window, out var node) && node is null)
            {
                _nodes[window] = _away.AddLast(window);
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
            _nodes[node.Value] = null;
            return node.Value;
        }
    }
}
