using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace GameCluster.Placement;

/// <summary>Sets up placement of services by role.</summary>
public static class ServicePlacementExtensions
{
    /// <summary>Needed on every silo, gateways included: the silo that calls a grain is the one that places it.</summary>
    public static ISiloBuilder AddServicePlacement(this ISiloBuilder silo)
    {
        if (silo.Services.Any(service => service.ImplementationType == typeof(KnownGrainTypeResolver)))
        {
            return silo;
        }

        silo.Services.TryAddSingleton<ClusterWatch>();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPlacementStrategyResolver, KnownGrainTypeResolver>());
        silo.Services.AddSingleton<DrainMarks>();
        silo.Services.AddSingleton<DrainListenerClient>();
        silo.Services.AddPlacementFilter<ServiceRoleFilter, ServiceRoleFilterDirector>(ServiceLifetime.Transient);
        silo.Services.AddPlacementFilter<AvoidDrainingFilter, AvoidDrainingFilterDirector>(ServiceLifetime.Transient);
        return silo.AddGrainService<DrainListener>();
    }

    /// <summary>
    /// Tells the cluster which roles this silo carries and, for operators, which version of the program it runs. Call it once, and not together with
    /// <c>UseSiloMetadata</c>: to publish other metadata as well, give that method the key <see cref="ServiceRole.MetadataKey"/>.
    /// </summary>
    public static ISiloBuilder UseSiloRoles(this ISiloBuilder silo, IEnumerable<string> roles, string version = "") =>
        silo.UseSiloMetadata(new Dictionary<string, string>
        {
            [ServiceRole.MetadataKey] = string.Join(',', roles.Select(Checked)),
            [ServiceRole.VersionKey] = version,
        });

    private static string Checked(string role) => ServiceRole.IsValidName(role)
        ? role
        : throw new ArgumentException($"'{role}' is no role name: use 1 to 64 letters, digits, '-', '_' and '.'.", nameof(role));
}
