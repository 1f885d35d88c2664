using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace GameCluster.Placement;

/// <summary>Leaves out the silos that are about to stop, as long as there are others.</summary>
internal sealed class AvoidDrainingFilterDirector(DrainMarks marks) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos) =>
        marks.PreferStaying([.. silos]);
}
