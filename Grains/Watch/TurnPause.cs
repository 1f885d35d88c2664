namespace GameCluster.Watch;

/// <summary>Time in which a turn waits for the server itself and runs no code of its service. It is not in the account of what runs then: if the process dies, it does not die of this turn.</summary>
internal sealed class TurnPause(TurnSlot slot)
{
    /// <summary>The turn, once it has left its thread.</summary>
    public WaitingTurn? Waiting { get; set; }

    /// <summary>The turn goes on. To be called in it.</summary>
    public void End()
    {
        if (Waiting is { } turn)
        {
            turn.Place?.Write(turn.Grain, turn.MessageId);
        }
        else
        {
            slot.GoOn(this);
        }
    }
}
