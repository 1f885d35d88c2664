namespace GameCluster.Push;

/// <summary>A service's grain that is to be told of a session's end.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionTarget")]
public readonly record struct SessionTarget([property: Id(0)] string Service, [property: Id(1)] GrainId Grain);
