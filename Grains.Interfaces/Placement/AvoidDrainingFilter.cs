using Orleans.Placement;

namespace GameCluster.Placement;

/// <summary>See <see cref="AvoidDrainingAttribute"/>.</summary>
public sealed class AvoidDrainingFilter : PlacementFilterStrategy
{
    /// <summary>For the container and the attribute.</summary>
    public AvoidDrainingFilter()
        : base(order: 0)
    {
    }
}
