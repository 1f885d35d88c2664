namespace GameCluster.Services;

/// <summary>
/// A message to the client. <see cref="Request"/> is the index, in its <see cref="LaneCall"/>, of the frame it was made by: what it answers, if
/// it is a reply or an error. The body must not be changed. <see cref="Class"/> is for pushes.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.OutboundFrame")]
public readonly record struct OutboundFrame(
    [property: Id(0)] FrameKind Kind,
    [property: Id(1)] int MessageId,
    [property: Id(2)] int Request,
    [property: Id(3)] byte[] Body,
    [property: Id(4)] DeliveryClass Class = DeliveryClass.Reliable);
