namespace GameCluster.Rooms;

/// <summary>Whether an input may be executed.</summary>
internal enum RoomEntry
{
    /// <summary>It may. In a durable room it is in the journal.</summary>
    Entered,

    /// <summary>There is no such room, or none any more.</summary>
    NoRoom,

    /// <summary>The room goes on in another activation. This one does nothing any more.</summary>
    Elsewhere,

    /// <summary>It could not be written, and is not executed.</summary>
    Unavailable,

    /// <summary>It may have been written. If it was, it is executed before the next one.</summary>
    Unknown,
}
