using Orleans.Runtime.Services;

namespace GameCluster.Services;

/// <summary>Reaches the ingress of a given silo.</summary>
public sealed class IngressClient(IServiceProvider services) : GrainServiceClient<IIngress>(services)
{
    /// <summary>The ingress of the silo with this address. A call to a silo that has gone fails at once.</summary>
    public IIngress At(SiloAddress silo) => GetGrainService(silo);
}
