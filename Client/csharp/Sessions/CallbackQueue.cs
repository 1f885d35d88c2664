namespace GameCluster.Client.Sessions;

/// <summary>
/// Runs the game's handlers one after another, in the order they were posted: in a context if there is one, else in the thread pool. Who posts should wait for
/// <see cref="RoomAsync"/>, so that slow handlers slow the reading down instead of filling memory.
/// </summary>
internal sealed class CallbackQueue
{
    private const int Limit = 1024;

    private readonly object _gate = new();
    private readonly SynchronizationContext _context;
    private readonly Action<Exception> _failed;
    private readonly Queue<Action> _callbacks = new();
    private TaskCompletionSource<bool>? _room;
    private bool _isRunning;

    public CallbackQueue(SynchronizationContext? context, Action<Exception> failed)
    {
        _failed = failed;
        _context = context ?? new PoolContext(error => Post(() => failed(error)));
    }

    public void Post(Action callback)
    {
        lock (_gate)
        {
            _callbacks.Enqueue(callback);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _context.Post(static queue => ((CallbackQueue)queue!).Run(), this);
    }

    /// <summary>Completes when few enough wait.</summary>
    public Task RoomAsync()
    {
        lock (_gate)
        {
            return _callbacks.Count < Limit
                ? Task.CompletedTask
                : (_room ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Run()
    {
        while (Next() is { } callback)
        {
            try
            {
                callback();
            }
            catch (Exception error)
            {
                // The game's own code: what it throws is told to the game, and the next handler is called.
                _failed(error);
            }
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            if (_callbacks.Count < Limit)
            {
                _room?.TrySetResult(true);
                _room = null;
            }

            if (_callbacks.TryDequeue(out var callback))
            {
                return callback;
            }

            _isRunning = false;
            return null;
        }
    }
}
