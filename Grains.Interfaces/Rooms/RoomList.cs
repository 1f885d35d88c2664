namespace GameCluster.Rooms;

/// <summary>Rooms that are open.</summary>
/// <param name="Rooms">The rooms, ordered by key.</param>
/// <param name="Complete">False if a silo did not answer, whose rooms are missing, or if there are more than were asked for.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomList")]
public sealed record RoomList(
    [property: Id(0)] RoomListing[] Rooms,
    [property: Id(1)] bool Complete);
