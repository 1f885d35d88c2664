using System.Reflection;
using GameCluster.Services;
using Orleans.Metadata;
using Orleans.Placement;

namespace GameCluster.Placement;

/// <summary>
/// Places a grain class with <see cref="ServiceAttribute"/> on the silos of its role. What has one caller (a session, a player) or needs none in particular
/// (stateless) goes to the calling process if that carries the role, which saves the hop; everything else goes to any of them at random.
/// A placement attribute of the class itself wins over that choice, never over the role. ServiceGrain carries it: game teams do not.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ServicePlacementAttribute : Attribute, IGrainPropertiesProviderAttribute
{
    /// <inheritdoc />
    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (grainClass.GetCustomAttribute<ServiceAttribute>() is not { } service)
        {
            return;
        }

        new ServiceRoleFilter(service.Name, service.Role ?? service.Name).PopulateGrainProperties(services, grainClass, grainType, properties);
        if (!grainClass.IsDefined(typeof(PlacementAttribute), inherit: true))
        {
            StrategyFor(service.Key).PopulateGrainProperties(services, grainClass, grainType, properties);
        }
    }

    private static PlacementStrategy StrategyFor(ServiceKey key) => key is ServiceKey.Session or ServiceKey.Player or ServiceKey.Stateless
        ? new PreferLocalPlacement()
        : new RandomPlacement();
}
