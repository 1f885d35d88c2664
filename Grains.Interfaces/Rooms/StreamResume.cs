namespace GameCluster.Rooms;

/// <summary>The answer to a session that takes a stream up again.</summary>
/// <param name="Status">How it goes on.</param>
/// <param name="Number">The number after which the stream goes on.</param>
/// <param name="Reason">With <see cref="StreamResumeStatus.Resync"/>: why something is missing, as the client is told it.</param>
/// <param name="Snapshot">With <see cref="StreamResumeStatus.Resync"/>: the present state as JSON, or null if the room has none to give.</param>
/// <param name="Epoch">Which of the stream's lives answers.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamResume")]
public sealed record StreamResume(
    [property: Id(0)] StreamResumeStatus Status,
    [property: Id(1)] uint Number,
    [property: Id(2)] string? Reason = null,
    [property: Id(3)] byte[]? Snapshot = null,
    [property: Id(4)] long Epoch = 0);
