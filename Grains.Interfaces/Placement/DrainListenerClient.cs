using Orleans.Runtime.Services;

namespace GameCluster.Placement;

/// <summary>Tells a given process of the cluster who is about to stop.</summary>
public sealed class DrainListenerClient(IServiceProvider services) : GrainServiceClient<IDrainListener>(services)
{
    /// <summary>The listener in the process with this silo address. A call to a process that has gone fails at once.</summary>
    public IDrainListener At(SiloAddress silo) => GetGrainService(silo);
}
