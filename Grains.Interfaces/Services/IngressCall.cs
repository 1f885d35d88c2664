namespace GameCluster.Services;

/// <summary>One lane's call on its way through an ingress. The ticket is the gateway's and comes back with the reply.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.IngressCall")]
public readonly record struct IngressCall(
    [property: Id(0)] long Ticket,
    [property: Id(1)] GrainId Target,
    [property: Id(2)] LaneCall Call);
