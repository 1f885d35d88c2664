using GameCluster.Push;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// What the cluster's directory has of one session: whether it is in there yet, and that calls to its grain are made one after another, so that the last to be made is the last to
/// arrive. Safe from any thread.
/// </summary>
internal sealed class DirectoryEntry(Session session, SessionDirectory directory)
{
    private int _state;
    private int _savedServices;
    private int _isSaveDue;
    private SemaphoreSlim? _saving;

    private enum State
    {
        Unknown,
        Entering,
        Entered,
    }

    /// <summary>Whether the session can be found.</summary>
    public bool IsEntered => _state == (int)State.Entered;

    /// <summary>Whether a call is under way that the session's messages wait for.</summary>
    public bool IsEntering => _state == (int)State.Entering;

    /// <summary>Whether the directory knows of as many services in use.</summary>
    public bool Knows(int services) => _savedServices == services;

    /// <summary>The session was in there before it came to this gateway.</summary>
    public void Adopt(int services)
    {
        _savedServices = services;
        _state = (int)State.Entered;
    }

    /// <summary>Enters a session that waits for it. Null in time-out; false if its grain refused it.</summary>
    public async Task<bool?> EnterNewAsync()
    {
        _state = (int)State.Entering;
        var entered = await directory.EnterAsync(session).ConfigureAwait(false);
        Volatile.Write(ref _state, (int)State.Entered);
        return entered;
    }

    /// <summary>Enters the session if nobody has yet; it is told when that is done.</summary>
    public void Enter()
    {
        if (TryBegin(State.Unknown))
        {
            _ = EnterAsync();
        }
    }

    /// <summary>Enters the session again, as the silo that held its entry may have gone.</summary>
    public Task ReenterAsync() => IsEntered ? InTurnAsync(() => directory.EnterAsync(session)) : Task.CompletedTask;

    /// <summary>Saves that the session has begun to use services, without waiting.</summary>
    public void Note(int services)
    {
        _savedServices = services;
        SaveSoon();
    }

    /// <summary>The same for a session that waits for it; it is told when that is done.</summary>
    public void NoteAndGoOn(int services)
    {
        if (TryBegin(State.Entered))
        {
            _savedServices = services;
            _ = SaveAndGoOnAsync();
        }
    }

    /// <summary>Keeps what the session is now. Null if its grain did not answer.</summary>
    public Task<SessionSaveResult?> SaveAsync() => InTurnAsync(() => directory.SaveAsync(session));

    /// <summary>The same without waiting. What changes until the call is made goes with it: however often a client causes this, one call waits for its turn.</summary>
    public void SaveSoon()
    {
        if (Interlocked.Exchange(ref _isSaveDue, 1) == 0)
        {
            _ = InTurnAsync(() =>
            {
                Interlocked.Exchange(ref _isSaveDue, 0);
                return directory.SaveAsync(session);
            });
        }
    }

    /// <summary>Completes when what is under way to the grain has arrived. Whoever begins later sees that the session has ended.</summary>
    public async Task SettleAsync()
    {
        if (_saving is { } saving)
        {
            await saving.WaitAsync().ConfigureAwait(false);
            saving.Release();
        }
    }

    private bool TryBegin(State from) => Interlocked.CompareExchange(ref _state, (int)State.Entering, (int)from) == (int)from;

    private async Task EnterAsync()
    {
        _savedServices = session.ServiceCount;
        await directory.EnterAsync(session).ConfigureAwait(false);
        GoOn();
    }

    private async Task SaveAndGoOnAsync()
    {
        await SaveAsync().ConfigureAwait(false);
        GoOn();
    }

    private void GoOn()
    {
        // Seen by all before it is looked what waits: who adds something right now either sees it, or is seen.
        Interlocked.Exchange(ref _state, (int)State.Entered);
        session.OnEntered();
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> call)
    {
        var saving = LazyInitializer.EnsureInitialized(ref _saving, static () => new SemaphoreSlim(1, 1));
        await saving.WaitAsync().ConfigureAwait(false);
        try
        {
            return await call().ConfigureAwait(false);
        }
        finally
        {
            saving.Release();
        }
    }
}
