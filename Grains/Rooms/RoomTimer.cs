namespace GameCluster.Rooms;

/// <summary>A timer of a room, by its name: it is one of the room's inputs when it fires, and goes along when the room moves.</summary>
internal sealed class RoomTimer(string name, DateTimeOffset dueAt, TimeSpan? period)
{
    public string Name { get; } = name;

    public TimeSpan? Period { get; } = period;

    /// <summary>By the clock of the room's inputs.</summary>
    public DateTimeOffset DueAt { get; private set; } = dueAt;

    /// <summary>What makes it fire; null while the room is being restored.</summary>
    public IGrainTimer? Trigger { get; set; }

    /// <summary>It has fired, and does so again after its period. Times that were missed are not made up for.</summary>
    public void MoveOn(DateTimeOffset now)
    {
        var next = DueAt + Period!.Value;
        DueAt = next > now ? next : now + Period.Value;
    }
}
