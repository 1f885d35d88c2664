using Orleans.Services;

namespace GameCluster.Placement;

/// <summary>Hears which members are about to stop: one per process, addressed by silo address.</summary>
[Alias("gamecluster.IDrainListener")]
public interface IDrainListener : IGrainService
{
    /// <summary>From now on nothing new is placed on <paramref name="silo"/> from here, and no calls take the short way to it.</summary>
    [Alias("Mark")]
    ValueTask MarkAsync(SiloAddress silo);
}
