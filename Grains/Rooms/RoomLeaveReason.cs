namespace GameCluster.Rooms;

/// <summary>Why a member is one no more.</summary>
public enum RoomLeaveReason
{
    /// <summary>It asked to leave.</summary>
    Left,

    /// <summary>Its session is over, and the time its seat was kept too.</summary>
    SessionEnded,

    /// <summary>It was away for too long.</summary>
    AwayTooLong,

    /// <summary>It joined, but its gateway never took the stream up.</summary>
    NeverArrived,

    /// <summary>The room removed it.</summary>
    Removed,

    /// <summary>The room is closed.</summary>
    RoomClosed,
}
