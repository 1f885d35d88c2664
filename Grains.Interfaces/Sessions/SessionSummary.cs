namespace GameCluster.Sessions;

/// <summary>One connected session as operators see it.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionSummary")]
public sealed record SessionSummary(
    [property: Id(0)] SessionId Id,
    [property: Id(1)] string? Player,
    [property: Id(2)] string RemoteAddress,
    [property: Id(3)] DateTimeOffset ConnectedAt,
    [property: Id(4)] DateTimeOffset LastMessageAt,
    [property: Id(5)] long FramesIn,
    [property: Id(6)] long FramesOut,
    [property: Id(7)] int QueuedBytes,
    [property: Id(8)] SiloAddress Gateway,
    [property: Id(9)] string[] Services);
