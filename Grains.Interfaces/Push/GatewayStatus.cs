namespace GameCluster.Push;

/// <summary>A gateway's own account of itself.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.GatewayStatus")]
public sealed record GatewayStatus(
    [property: Id(0)] SiloAddress Gateway,
    [property: Id(1)] string Name,
    [property: Id(2)] string Version,
    [property: Id(3)] int Sessions,
    [property: Id(4)] long RouteVersion,
    [property: Id(5)] bool Draining);
