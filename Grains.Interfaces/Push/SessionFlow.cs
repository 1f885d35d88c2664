namespace GameCluster.Push;

/// <summary>How a session's own stream goes on after a break.</summary>
/// <param name="Number">The number after which it goes on.</param>
/// <param name="Lost">Null if nothing is missing; else why, as the client is told it.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionFlow")]
public sealed record SessionFlow([property: Id(0)] uint Number, [property: Id(1)] string? Lost = null);
