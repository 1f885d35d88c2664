namespace GameCluster.Routing;

/// <summary>A single id and the service it goes to.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SpecialRoute")]
public readonly record struct SpecialRoute([property: Id(0)] int MessageId, [property: Id(1)] string Service);
