using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>One push on its way to a gateway.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.PushDelivery")]
public readonly record struct PushDelivery(
    [property: Id(0)] SessionId Session,
    [property: Id(1)] int MessageId,
    [property: Id(2)] byte[] Body);
