namespace GameCluster.Rooms;

/// <summary>An open room as lists show it.</summary>
/// <param name="Service">The service of the room.</param>
/// <param name="Room">The room's key.</param>
/// <param name="Label">Its label, or null.</param>
/// <param name="Members">Players, kept seats included.</param>
/// <param name="MaxMembers">The most players.</param>
/// <param name="Spectators">Sessions that only watch.</param>
/// <param name="IsLocked">Whether nobody new is let in at the moment.</param>
/// <param name="CreatedAt">When it was opened.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomListing")]
public sealed record RoomListing(
    [property: Id(0)] string Service,
    [property: Id(1)] string Room,
    [property: Id(2)] string? Label,
    [property: Id(3)] int Members,
    [property: Id(4)] int MaxMembers,
    [property: Id(5)] int Spectators,
    [property: Id(6)] bool IsLocked,
    [property: Id(7)] DateTimeOffset CreatedAt);
