namespace GameCluster.Push;

/// <summary>A client's wish to go on with its session.</summary>
/// <param name="Gateway">The gateway it has connected to.</param>
/// <param name="TokenHash">SHA-256 of the token it has shown.</param>
/// <param name="NewTokenHash">SHA-256 of the token it will be given.</param>
/// <param name="Attempt">The number the client has given to this attempt, which is above those of its earlier ones; 0: it does not number them.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionTakeover")]
public sealed record SessionTakeover(
    [property: Id(0)] SiloAddress Gateway,
    [property: Id(1)] byte[] TokenHash,
    [property: Id(2)] byte[] NewTokenHash,
    [property: Id(3)] uint Attempt = 0);
