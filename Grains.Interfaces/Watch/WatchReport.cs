namespace GameCluster.Watch;

/// <summary>What one process tells the cluster's watch.</summary>
/// <param name="Silo">The process.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsShortOfMemory">Whether it wants no new grains.</param>
/// <param name="Found">Grains it has put in quarantine since it last told.</param>
/// <param name="Ended">Grains in quarantine for waiting that do not wait any more.</param>
/// <param name="AtDeath">What ran when the process died that had its name before; told once.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.WatchReport")]
public sealed record WatchReport(
    [property: Id(0)] SiloAddress Silo,
    [property: Id(1)] string Name,
    [property: Id(2)] bool IsShortOfMemory,
    [property: Id(3)] QuarantineEntry[] Found,
    [property: Id(4)] GrainId[] Ended,
    [property: Id(5)] TurnMark[] AtDeath);
