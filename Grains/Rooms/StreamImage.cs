using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>A stream as it goes along to another silo. Durations instead of times, as clocks of silos differ.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamImage")]
internal sealed record StreamImage(
    [property: Id(0)] long Counter,
    [property: Id(1)] StreamSubscriberImage[] Subscribers,
    [property: Id(2)] StreamEntryImage[] Log,
    [property: Id(3)] string Lost,
    [property: Id(4)] StreamLatestImage[] Latest,
    [property: Id(5)] long Epoch);

/// <summary>See <see cref="StreamSubscriber"/>. <paramref name="For"/>: how long it has been where it is.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamSubscriberImage")]
internal readonly record struct StreamSubscriberImage(
    [property: Id(0)] SessionId Session,
    [property: Id(1)] bool IsSpectator,
    [property: Id(2)] uint Last,
    [property: Id(3)] long Epoch,
    [property: Id(4)] bool HasArrived,
    [property: Id(5)] long TakenUpAt,
    [property: Id(6)] TimeSpan For,
    [property: Id(7)] SiloAddress? Gateway);

/// <summary>See <see cref="StreamEntry"/>. <paramref name="Audience"/> and <paramref name="Session"/> are its <see cref="StreamAudience"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamEntryImage")]
internal readonly record struct StreamEntryImage(
    [property: Id(0)] int MessageId, [property: Id(1)] byte[] Body, [property: Id(2)] byte Audience, [property: Id(3)] SessionId Session, [property: Id(4)] TimeSpan Age);

/// <summary>See <see cref="StreamLatest"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamLatestImage")]
internal readonly record struct StreamLatestImage(
    [property: Id(0)] int MessageId, [property: Id(1)] string Key, [property: Id(2)] byte Audience, [property: Id(3)] SessionId Session, [property: Id(4)] byte[] Body);
