namespace GameCluster.Services;

/// <summary>A message id that a service pushes and what may become of it on the way.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.PushDescriptor")]
public sealed record PushDescriptor(
    [property: Id(0)] int MessageId,
    [property: Id(1)] DeliveryClass Delivery);
