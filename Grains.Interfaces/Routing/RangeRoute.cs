namespace GameCluster.Routing;

/// <summary>A range of ids and the service it goes to.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RangeRoute")]
public readonly record struct RangeRoute([property: Id(0)] RouteRange Range, [property: Id(1)] string Service);
