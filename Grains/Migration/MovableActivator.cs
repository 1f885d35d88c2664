using Orleans.Metadata;

namespace GameCluster.Migration;

/// <summary>Enters grains that can move into <see cref="MovableGrains"/> for as long as they are in memory.</summary>
internal sealed class MovableActivator(IGrainActivator inner, MovableGrains grains) : IGrainActivator
{
    public object CreateInstance(IGrainContext context)
    {
        var instance = inner.CreateInstance(context);
        if (instance is IGrainMigrationParticipant)
        {
            grains.Add(context);
        }

        return instance;
    }

    public ValueTask DisposeInstance(IGrainContext context, object instance)
    {
        grains.Remove(context);
        return inner.DisposeInstance(context, instance);
    }

    /// <summary>Wraps every grain type's activator. Registered after Orleans' own configurators, so that there is one to wrap.</summary>
    internal sealed class Configurator(MovableGrains grains) : IConfigureGrainTypeComponents
    {
        public void Configure(GrainType grainType, GrainProperties properties, GrainTypeSharedContext shared)
        {
            if (shared.GetComponent<IGrainActivator>() is { } inner)
            {
                shared.SetComponent<IGrainActivator>(new MovableActivator(inner, grains));
            }
        }
    }
}
