using Microsoft.Extensions.DependencyInjection;

namespace GameCluster.Migration;

/// <summary>Makes a silo one whose grains go elsewhere when it stops.</summary>
internal static class MigrationHosting
{
    public static ISiloBuilder AddMigration(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<MovableGrains>();
        silo.Services.AddSingleton<MoveTargets>();
        silo.Services.AddSingleton<HandlerStop>();
        silo.Services.AddSingleton<IConfigureGrainTypeComponents, MovableActivator.Configurator>();
        silo.Services.AddHostedService<SiloDrain>();
        return silo;
    }
}
