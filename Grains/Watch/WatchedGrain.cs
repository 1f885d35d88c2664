using System.Text;

namespace GameCluster.Watch;

/// <summary>A grain's name with the watch, made once for each activation, in one of its turns.</summary>
internal sealed class WatchedGrain(TurnWatch watch, GrainId id, string service)
{
    private byte[]? _label;
    private Action<int>? _accuse;

    public TurnWatch Watch { get; } = watch;

    public GrainId Id { get; } = id;

    public string Service { get; } = service;

    public string Key => Id.Key.ToString()!;

    /// <summary>Where the grain's code runs.</summary>
    public TaskScheduler Scheduler { get; } = TaskScheduler.Current;

    /// <summary>Called, on the watch's thread, when the grain goes into quarantine.</summary>
    public Action? OnQuarantined { get; set; }

    /// <summary>Ends the activation as soon as it is idle, and all it keeps in memory.</summary>
    public Action? BeginAnew { get; set; }

    /// <summary>Called with a message when the grain is taken for the one that uses memory up.</summary>
    public Action<int> Accuse => _accuse ??= messageId => Watch.OnAccused(this, messageId);

    /// <summary>The grain in the account of what runs.</summary>
    public byte[] Label => _label ??= Encoding.UTF8.GetBytes($"{Service}\n{Id}");

    /// <summary>A handler, step or hook begins. One that another one calls is part of that.</summary>
    public Turn Begin(int messageId)
    {
        var slot = TurnSlot.Own;
        if (slot.IsTaken)
        {
            return default;
        }

        slot.Enter(this, messageId, Watch.Timestamp);
        return new Turn(slot);
    }

    /// <summary>Does something watched.</summary>
    public async ValueTask<T> RunAsync<T>(int messageId, Func<ValueTask<T>> work)
    {
        var pending = Start(messageId, work, static pending => pending.IsCompleted, out var waiting);
        try
        {
            return await pending;
        }
        finally
        {
            waiting?.End();
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public async ValueTask RunAsync(int messageId, Func<ValueTask> work)
    {
        var pending = Start(messageId, work, static pending => pending.IsCompleted, out var waiting);
        try
        {
            await pending;
        }
        finally
        {
            waiting?.End();
        }
    }

    private T Start<T>(int messageId, Func<T> work, Func<T, bool> isCompleted, out WaitingTurn? waiting)
    {
        waiting = null;
        var turn = Begin(messageId);
        try
        {
            var pending = work();
            waiting = isCompleted(pending) ? null : turn.Wait();
            return pending;
        }
        finally
        {
            turn.End();
        }
    }
}
