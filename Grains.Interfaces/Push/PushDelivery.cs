using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>One push on its way to a gateway.</summary>
/// <param name="Session">Whom it is for.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="Body">The message's body; not to be changed.</param>
/// <param name="Number">Its number in the session's own stream; 0 for a message without one.</param>
/// <param name="Class">What may become of it on the way.</param>
/// <param name="Key">What a <see cref="DeliveryClass.Latest"/> message is the newest of.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.PushDelivery")]
public readonly record struct PushDelivery(
    [property: Id(0)] SessionId Session,
    [property: Id(1)] int MessageId,
    [property: Id(2)] byte[] Body,
    [property: Id(3)] uint Number = 0,
    [property: Id(4)] DeliveryClass Class = DeliveryClass.Reliable,
    [property: Id(5)] string? Key = null);
