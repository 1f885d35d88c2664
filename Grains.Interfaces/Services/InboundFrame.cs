namespace GameCluster.Services;

/// <summary>A client's message: its id and its body as it came, not parsed. The body must not be changed.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.InboundFrame")]
public readonly record struct InboundFrame(
    [property: Id(0)] int MessageId,
    [property: Id(1)] byte[] Body);
