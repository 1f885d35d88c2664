namespace GameCluster.Push;

/// <summary>
/// A stream that a session follows, the number by which its client knows it, and the epoch from which on it is followed. <paramref name="Request"/>: the request whose answer has led to it, or
/// one behind that; 0: none.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionStream")]
public sealed record SessionStream(
    [property: Id(0)] ushort Number,
    [property: Id(1)] GrainId Grain,
    [property: Id(2)] string Service,
    [property: Id(3)] string Room,
    [property: Id(4)] long Epoch = 0,
    [property: Id(5)] uint Request = 0);
