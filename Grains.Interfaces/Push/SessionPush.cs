using GameCluster.Services;

namespace GameCluster.Push;

/// <summary>A push for one session on its way to the session's grain.</summary>
/// <param name="MessageId">The message's id.</param>
/// <param name="Body">The message's body; not to be changed.</param>
/// <param name="Class">What may become of it on the way.</param>
/// <param name="Key">What a <see cref="DeliveryClass.Latest"/> message is the newest of.</param>
/// <param name="Request">The number of the request whose handler made it, or 0.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionPush")]
public readonly record struct SessionPush(
    [property: Id(0)] int MessageId,
    [property: Id(1)] byte[] Body,
    [property: Id(2)] DeliveryClass Class = DeliveryClass.Reliable,
    [property: Id(3)] string? Key = null,
    [property: Id(4)] uint Request = 0);
