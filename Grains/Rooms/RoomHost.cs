using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace GameCluster.Rooms;

/// <inheritdoc cref="IRoomHost"/>
[Reentrant] // It only reads a table that is safe from any thread.
internal sealed class RoomHost(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, RoomTable rooms) : GrainService(id, silo, loggers), IRoomHost
{
    public ValueTask<RoomList> ListAsync(string? service, RoomFilter filter, int limit) =>
        ValueTask.FromResult(rooms.List(service, filter, Math.Clamp(limit, 1, RoomLimits.MaxListed)));
}
