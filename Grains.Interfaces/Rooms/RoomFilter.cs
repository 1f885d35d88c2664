namespace GameCluster.Rooms;

/// <summary>Which rooms of a service a list is to have.</summary>
/// <param name="Label">Only those with this label.</param>
/// <param name="WithSpace">Only those that a player could join: not locked and not full.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomFilter")]
public sealed record RoomFilter(
    [property: Id(0)] string? Label = null,
    [property: Id(1)] bool WithSpace = false);
