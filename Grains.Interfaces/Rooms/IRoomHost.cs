using Orleans.Services;

namespace GameCluster.Rooms;

/// <summary>What a silo says of the rooms that are open on it: one per silo that hosts services, addressed by silo address.</summary>
[Alias("gamecluster.IRoomHost")]
public interface IRoomHost : IGrainService
{
    /// <summary>At most <paramref name="limit"/> of this silo's listed rooms of <paramref name="service"/>, or of all services with null, ordered by key.</summary>
    [Alias("List")]
    ValueTask<RoomList> ListAsync(string? service, RoomFilter filter, int limit);
}
