using System.Diagnostics.CodeAnalysis;
using Orleans.Metadata;
using Orleans.Runtime.Placement;

namespace GameCluster.Placement;

/// <summary>
/// Refuses to place a grain type that no silo has declared yet. Orleans would take the default placement without filters for it and
/// remember that for the life of the process, so that a call a moment before a new game's silo joins would disable its role for good.
/// </summary>
internal sealed class KnownGrainTypeResolver : IPlacementStrategyResolver
{
    public bool TryResolvePlacementStrategy(
        GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out PlacementStrategy? result)
    {
        if (properties is null && !GrainTypePrefix.IsClient(grainType) && !GrainTypePrefix.IsSystemTarget(grainType))
        {
            throw new OrleansException($"No active silo has grain type '{grainType}'. Start a silo that hosts it, or wait until it has joined.");
        }

        result = null;
        return false;
    }
}
