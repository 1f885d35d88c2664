using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GameCluster.Rooms;

/// <summary>Makes a silo one that may host rooms and groups.</summary>
public static class RoomHosting
{
    /// <summary>Adds what rooms and groups need, an <see cref="IByteBudget"/> aside.</summary>
    public static ISiloBuilder AddRooms(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton<ClusterWatch>();
        silo.Services.AddSingleton<RoomTable>();
        silo.Services.AddSingleton<RoomMetrics>();
        silo.Services.AddSingleton<RoomHostClient>();
        silo.Services.AddSingleton<RoomLists>();
        silo.Services.AddSingleton<RoomCalls>();
        silo.Services.AddSingleton<RoomSuspects>();
        silo.Services.AddSingleton<IRooms, RoomDirectory>();
        silo.Services.AddSingleton<IGroups, GroupDirectory>();
        silo.Services.AddHostedService<RoomKeeper>();
        silo.AddGrainService<RoomHost>();
        return silo;
    }
}
