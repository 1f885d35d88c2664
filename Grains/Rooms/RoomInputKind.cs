namespace GameCluster.Rooms;

/// <summary>What can happen to a room. The names are in journals: they stay.</summary>
internal enum RoomInputKind
{
    /// <summary>None: no input has it.</summary>
    None,

    /// <summary>The room is opened.</summary>
    Create,

    /// <summary>A session joins, or comes for a kept seat.</summary>
    Join,

    /// <summary>A member leaves, or is removed.</summary>
    Leave,

    /// <summary>A member's session is over.</summary>
    End,

    /// <summary>A member has lost its connection.</summary>
    Away,

    /// <summary>A member has it back.</summary>
    Back,

    /// <summary>A member's message.</summary>
    Message,

    /// <summary>A message for all members, from outside.</summary>
    Publish,

    /// <summary>One or more steps of the simulation.</summary>
    Tick,

    /// <summary>A timer.</summary>
    Timer,

    /// <summary>The room is closed, from outside or because it is empty.</summary>
    Close,

    /// <summary>A request to one of the service's HTTP endpoints.</summary>
    Http,
}
