namespace GameCluster.Watch;

/// <summary>What the watch grain stores. Replaced as a whole.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.WatchState")]
internal sealed record WatchState
{
    /// <summary>The quarantine.</summary>
    [Id(0)]
    public QuarantineEntry[] Quarantine { get; init; } = [];

    /// <summary>What was running when processes died, the latest last.</summary>
    [Id(1)]
    public DeathMark[] Deaths { get; init; } = [];
}

/// <summary>A message that was being handled when a process died.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.DeathMark")]
internal sealed record DeathMark([property: Id(0)] TurnMark Turn, [property: Id(1)] string Silo, [property: Id(2)] DateTimeOffset At);
