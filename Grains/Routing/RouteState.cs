using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>
/// What the route grain stores: the table in force, so that it is served again even by a release that would refuse to build it, and the sources it was built from.
/// Replaced as a whole, never changed in place. Every default is an object of its own, as the storage's serialiser fills the objects it finds: it would fill the shared empty ones.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RouteState")]
internal sealed record RouteState
{
    /// <summary>The table in force.</summary>
    [Id(0)]
    public RouteSnapshot Table { get; init; } = new();

    /// <summary>The newest descriptor of every service that was ever reported.</summary>
    [Id(1)]
    public ServiceDescriptor[] Catalog { get; init; } = [];

    /// <summary>The configuration's layer.</summary>
    [Id(2)]
    public RouteDocument Configuration { get; init; } = new();

    /// <summary>The operators' layer.</summary>
    [Id(3)]
    public RouteDocument Operator { get; init; } = new();

    /// <summary>The operators' layers so far, newest first. The oldest is the empty one every cluster starts with, until it drops out.</summary>
    [Id(4)]
    public RouteHistoryEntry[] History { get; init; } = [];
}
