namespace GameCluster.Routing;

/// <summary>One table that was in force, for rollback.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RouteHistoryEntry")]
public sealed record RouteHistoryEntry(
    [property: Id(0)] long Version,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string By,
    [property: Id(3)] RouteDocument Operator);
