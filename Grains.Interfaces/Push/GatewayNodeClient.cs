using Orleans.Runtime.Services;

namespace GameCluster.Push;

/// <summary>Reaches the gateway in a given process of the cluster.</summary>
public sealed class GatewayNodeClient(IServiceProvider services) : GrainServiceClient<IGatewayNode>(services)
{
    /// <summary>The gateway in the process with this silo address. A call to a process that has gone fails at once.</summary>
    public IGatewayNode At(SiloAddress gateway) => GetGrainService(gateway);
}
