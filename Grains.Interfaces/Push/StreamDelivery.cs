using System.Runtime.InteropServices;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>One message of a stream for many sessions of one gateway: the body once, and for each session its number in that stream.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.StreamDelivery")]
public sealed class StreamDelivery(GrainId stream, int messageId, byte[] body, DeliveryClass @class, string? key, byte[] members, long epoch = 0)
{
    /// <summary>The grain that makes the stream.</summary>
    [Id(0)]
    public GrainId Stream { get; } = stream;

    /// <summary>The message's id.</summary>
    [Id(1)]
    public int MessageId { get; } = messageId;

    /// <summary>The message's body; not to be changed.</summary>
    [Id(2)]
    public byte[] Body { get; } = body;

    /// <summary>What may become of it on the way.</summary>
    [Id(3)]
    public DeliveryClass Class { get; } = @class;

    /// <summary>What a <see cref="DeliveryClass.Latest"/> message is the newest of.</summary>
    [Id(4)]
    public string? Key { get; } = key;

    /// <summary>The sessions as <see cref="StreamMember"/>s, packed.</summary>
    [Id(5)]
    public byte[] Members { get; } = members;

    /// <summary>Which of the stream's lives it comes from: a room that was opened elsewhere has a higher one. What comes with a lower one than is known is refused.</summary>
    [Id(6)]
    public long Epoch { get; } = epoch;

    /// <summary>The sessions and their numbers.</summary>
    public ReadOnlySpan<StreamMember> MemberSpan => MemoryMarshal.Cast<byte, StreamMember>(Members);

    /// <summary>Packs sessions and numbers.</summary>
    public static byte[] Pack(ReadOnlySpan<StreamMember> members) => MemoryMarshal.AsBytes(members).ToArray();
}
