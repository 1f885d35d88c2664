using Orleans.Runtime.Services;

namespace GameCluster.Rooms;

/// <summary>Reaches the rooms' account of a given silo.</summary>
public sealed class RoomHostClient(IServiceProvider services) : GrainServiceClient<IRoomHost>(services)
{
    /// <summary>The account of the silo with this address. A call to a silo that has gone fails at once.</summary>
    public IRoomHost At(SiloAddress silo) => GetGrainService(silo);
}
