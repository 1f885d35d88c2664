namespace GameCluster.Client.Sessions;

/// <summary>The game's handlers by message id, in the order they were added.</summary>
internal sealed class PushHandlers
{
    private readonly object _gate = new();
    private readonly Dictionary<int, Action<PushMessage>[]> _handlers = [];

    public IReadOnlyList<Action<PushMessage>> Of(int messageId)
    {
        lock (_gate)
        {
            return _handlers.TryGetValue(messageId, out var handlers) ? handlers : [];
        }
    }

    public IDisposable Add(int messageId, Action<PushMessage> handler)
    {
        lock (_gate)
        {
            _handlers[messageId] = [.. Of(messageId), handler];
        }

        return new Removal(() => Remove(messageId, handler));
    }

    private void Remove(int messageId, Action<PushMessage> handler)
    {
        lock (_gate)
        {
            _handlers[messageId] = [.. Of(messageId).Where(other => other != handler)];
        }
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
