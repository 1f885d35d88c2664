namespace GameCluster.Routing;

/// <summary>What became of a change of routes: all problems at once if it was refused, and then the last good table stays.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RouteChange")]
public sealed record RouteChange(
    [property: Id(0)] RouteChangeStatus Status,
    [property: Id(1)] long Version,
    [property: Id(2)] string[] Problems,
    [property: Id(3)] string[] Warnings);
