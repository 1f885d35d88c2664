using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GameCluster.Rooms;

/// <summary>Makes a silo one that may host rooms and groups.</summary>
public static class RoomHosting
{
    private const long WindowBudget = 256L * 1024 * 1024;

    /// <summary>Adds what rooms and groups need.</summary>
    public static ISiloBuilder AddRooms(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<RoomTable>();
        silo.Services.AddSingleton<RoomMetrics>();
        silo.Services.AddSingleton<RoomHostClient>();
        silo.Services.AddSingleton<RoomLists>();
        silo.Services.AddSingleton<IRooms, RoomDirectory>();
        silo.Services.AddSingleton<IGroups, GroupDirectory>();
        silo.Services.TryAddSingleton<IByteBudget>(static _ => new ByteBudget(WindowBudget));
        silo.AddGrainService<RoomHost>();
        return silo;
    }
}
