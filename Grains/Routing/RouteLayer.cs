namespace GameCluster.Routing;

/// <summary>The routes of one source: ranges sorted and without overlap, each single id once.</summary>
internal sealed record RouteLayer(RangeRoute[] Ranges, IReadOnlyDictionary<int, string> Specials);
