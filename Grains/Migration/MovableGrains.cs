using System.Collections.Concurrent;

namespace GameCluster.Migration;

/// <summary>The grains of this silo that move when it stops: those that implement <see cref="IGrainMigrationParticipant"/>, Orleans' own interface. Safe from any thread.</summary>
internal sealed class MovableGrains
{
    private readonly ConcurrentDictionary<GrainId, IGrainContext> _grains = new();

    /// <summary>Those that may move now.</summary>
    public IReadOnlyList<IGrainContext> Find() => [.. _grains.Values.Where(static grain => grain.GrainInstance is not IMovable { CanMove: false })];

    public void Add(IGrainContext grain) => _grains[grain.GrainId] = grain;

    public void Remove(IGrainContext grain) => _grains.TryRemove(KeyValuePair.Create(grain.GrainId, grain));
}
