namespace GameCluster.Services;

/// <summary>How a call that came through an ingress ended: with a reply, or with a failure of the way to the grain.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.LaneCompletion")]
public readonly record struct LaneCompletion(
    [property: Id(0)] long Ticket,
    [property: Id(1)] LaneReply? Reply,
    [property: Id(2)] DeliveryFailure Failure);
