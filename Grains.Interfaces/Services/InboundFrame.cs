namespace GameCluster.Services;

/// <summary>A client's message: its id and its body as it came, not parsed. The body must not be changed.</summary>
/// <param name="MessageId">The message's id.</param>
/// <param name="Body">The body.</param>
/// <param name="Number">The request's number in its session: it is handled once, however often it comes. 0 for a message without one.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.InboundFrame")]
public readonly record struct InboundFrame(
    [property: Id(0)] int MessageId,
    [property: Id(1)] byte[] Body,
    [property: Id(2)] uint Number = 0);
