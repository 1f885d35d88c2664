namespace GameCluster.Watch;

/// <summary>What a grain was handling when its process died.</summary>
/// <param name="Grain">The grain.</param>
/// <param name="Service">Its service.</param>
/// <param name="MessageId">The message; 0 for a room's step, hook or timer.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.TurnMark")]
public sealed record TurnMark(
    [property: Id(0)] GrainId Grain,
    [property: Id(1)] string Service,
    [property: Id(2)] int MessageId);
