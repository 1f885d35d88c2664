using Orleans.Placement;

namespace GameCluster.Placement;

/// <summary>Keeps a grain class off silos that are about to stop. Services have that from their role's filter.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AvoidDrainingAttribute() : PlacementFilterAttribute(new AvoidDrainingFilter());
