namespace GameCluster.Watch;

/// <summary>A grain whose messages are refused.</summary>
/// <param name="Grain">The grain.</param>
/// <param name="Service">Its service.</param>
/// <param name="Key">Its key.</param>
/// <param name="MessageId">The message it was handling; 0 for a room's step, hook or timer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Silo">The name of the silo where that was seen.</param>
/// <param name="Since">When.</param>
/// <param name="Until">When the quarantine ends by itself.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.QuarantineEntry")]
public sealed record QuarantineEntry(
    [property: Id(0)] GrainId Grain,
    [property: Id(1)] string Service,
    [property: Id(2)] string Key,
    [property: Id(3)] int MessageId,
    [property: Id(4)] QuarantineReason Reason,
    [property: Id(5)] string Silo,
    [property: Id(6)] DateTimeOffset Since,
    [property: Id(7)] DateTimeOffset Until);
