namespace GameCluster.Push;

/// <summary>A stream that a session follows, and the number by which its client knows it.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionStream")]
public sealed record SessionStream(
    [property: Id(0)] ushort Number,
    [property: Id(1)] GrainId Grain,
    [property: Id(2)] string Service,
    [property: Id(3)] string Room);
