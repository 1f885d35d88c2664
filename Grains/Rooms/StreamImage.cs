using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>All of a <see cref="StreamCore"/> by which the stream goes on elsewhere. What is kept for members begins its time anew there.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamImage")]
internal sealed record StreamImage(
    [property: Id(0)] SubscriberImage[] Subscribers,
    [property: Id(1)] StreamEntryImage[] Entries,
    [property: Id(2)] StreamLatestImage[] Latest,
    [property: Id(3)] string Lost,
    [property: Id(4)] long Counter);

/// <summary>See <see cref="StreamSubscriber"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SubscriberImage")]
internal readonly record struct SubscriberImage(
    [property: Id(0)] SessionId Session,
    [property: Id(1)] bool IsSpectator,
    [property: Id(2)] uint Last,
    [property: Id(3)] long Epoch,
    [property: Id(4)] bool HasArrived,
    [property: Id(5)] SiloAddress? Gateway,
    [property: Id(6)] long TakenUpAt);

/// <summary>See <see cref="StreamEntry"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamEntryImage")]
internal readonly record struct StreamEntryImage([property: Id(0)] int MessageId, [property: Id(1)] byte[] Body, [property: Id(2)] StreamAudience Audience)
{
    public static StreamEntryImage From(StreamEntry entry) => new(entry.MessageId, entry.Body, entry.Audience);
}

/// <summary>See <see cref="StreamLatest"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamLatestImage")]
internal readonly record struct StreamLatestImage(
    [property: Id(0)] int MessageId, [property: Id(1)] string Key, [property: Id(2)] StreamAudience Audience, [property: Id(3)] byte[] Body)
{
    public static StreamLatestImage From(StreamLatest.Value value) => new(value.MessageId, value.Key, value.Audience, value.Body);
}
