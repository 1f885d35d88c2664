namespace GameCluster.Rooms;

/// <summary>How a room begins.</summary>
/// <param name="Label">What lists show and search by, or null. At most <see cref="RoomLimits.MaxLabelLength"/> characters.</param>
/// <param name="MaxMembers">The most players, kept seats included; null for what the room's class says. A class' own bound still holds.</param>
/// <param name="Unlisted">Whether lists leave it out: only who knows its key finds it.</param>
/// <param name="Options">What the room's class reads in its OnCreateAsync, as JSON. At most <see cref="RoomLimits.MaxOptionsBytes"/> bytes.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomSetup")]
public sealed record RoomSetup(
    [property: Id(0)] string? Label = null,
    [property: Id(1)] int? MaxMembers = null,
    [property: Id(2)] bool Unlisted = false,
    [property: Id(3)] byte[]? Options = null)
{
    /// <summary>Tells the repetition of a call from the call of somebody else. IRooms sets it.</summary>
    [Id(4)]
    public Guid Request { get; init; }
}
