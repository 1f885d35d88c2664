namespace GameCluster.Routing;

/// <summary>The table in force, its layers, and what looks odd about it.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RouteReport")]
public sealed record RouteReport(
    [property: Id(0)] RouteSnapshot Effective,
    [property: Id(1)] RouteDocument Configuration,
    [property: Id(2)] RouteDocument Operator,
    [property: Id(3)] string[] Warnings);
