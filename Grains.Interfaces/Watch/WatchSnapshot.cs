namespace GameCluster.Watch;

/// <summary>What every process is to know.</summary>
/// <param name="Quarantine">The grains whose messages are refused.</param>
/// <param name="ShortOfMemory">The processes that want no new grains.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.WatchSnapshot")]
public sealed record WatchSnapshot(
    [property: Id(0)] QuarantineEntry[] Quarantine,
    [property: Id(1)] SiloAddress[] ShortOfMemory);
