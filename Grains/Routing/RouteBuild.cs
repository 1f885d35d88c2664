namespace GameCluster.Routing;

/// <summary>A built table, or all the problems that kept it from being built. Warnings do not.</summary>
internal sealed record RouteBuild(RouteSnapshot? Snapshot, string[] Problems, string[] Warnings);
