namespace GameCluster.Services;

/// <summary>A session begins or ceases to follow the stream of a room or a group.</summary>
/// <param name="Stream">The grain that makes the stream.</param>
/// <param name="Service">What the client knows it by, with <paramref name="Room"/>: the room's service, or the name for groups.</param>
/// <param name="Room">The room's key, or the group's name.</param>
/// <param name="Opened">Whether it begins.</param>
/// <param name="Epoch">Which of the stream's lives is followed, if that is known: nothing of an earlier one counts.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamChange")]
public sealed record StreamChange(
    [property: Id(0)] GrainId Stream,
    [property: Id(1)] string Service,
    [property: Id(2)] string Room,
    [property: Id(3)] bool Opened,
    [property: Id(4)] long Epoch = 0);
