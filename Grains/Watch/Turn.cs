namespace GameCluster.Watch;

/// <summary>The part of a handler, step or hook that runs at once, on this thread. A default one is not watched: it is part of another.</summary>
internal readonly struct Turn(TurnSlot? slot)
{
    /// <summary>It has returned. To be called on the same thread.</summary>
    public void End() => slot?.Leave();

    /// <summary>It will return with a task that is not complete. To be called before <see cref="End"/>; the wait ends with the task.</summary>
    public WaitingTurn? Wait() => slot is { IsTaken: true } ? slot.Grain.Watch.AddWaiting(slot) : null;
}
