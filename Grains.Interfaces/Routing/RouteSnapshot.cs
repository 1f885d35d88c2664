using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>
/// The routes in force: immutable, checked as a whole, with a version that only grows. Overrides are applied already;
/// later sources have won over earlier ones, so that no two ranges overlap and no id stands twice.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.RouteSnapshot")]
public sealed record RouteSnapshot
{
    /// <summary>No routes at all, version 0: what a gateway has before it heard from the cluster.</summary>
    public static RouteSnapshot Empty { get; } = new();

    /// <summary>The table's version.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>Every service of the catalog.</summary>
    [Id(1)]
    public ServiceDescriptor[] Services { get; init; } = [];

    /// <summary>Ranges, sorted, without overlap.</summary>
    [Id(2)]
    public RangeRoute[] Ranges { get; init; } = [];

    /// <summary>Single ids; they win over ranges.</summary>
    [Id(3)]
    public SpecialRoute[] Specials { get; init; } = [];

    /// <summary>Ranges of ids that any grain of their service may handle.</summary>
    [Id(4)]
    public RouteRange[] NoStateRanges { get; init; } = [];

    /// <summary>Single ids that any grain of their service may handle.</summary>
    [Id(5)]
    public int[] NoStateSpecials { get; init; } = [];
}
