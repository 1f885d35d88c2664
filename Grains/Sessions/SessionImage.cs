using GameCluster.Push;

namespace GameCluster.Sessions;

/// <summary>Everything a session's grain takes along to another silo. Durations instead of times, as clocks of silos differ.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionImage")]
internal sealed record SessionImage
{
    [Id(0)]
    public required SessionRecord Record { get; init; }

    [Id(1)]
    public SiloAddress? Gateway { get; init; }

    [Id(2)]
    public long Epoch { get; init; }

    [Id(3)]
    public bool HasEnded { get; init; }

    /// <summary>Of a session that can be resumed.</summary>
    [Id(4)]
    public SessionTokenImage? Token { get; init; }

    /// <summary>Of a session that can be resumed and has not ended.</summary>
    [Id(5)]
    public DirectStreamImage? Stream { get; init; }

    /// <summary>Requests whose pushes were taken.</summary>
    [Id(6)]
    public uint[] Appended { get; init; } = [];

    /// <summary>What is left of the wait for the client, or of the time in which one that comes too late is told so.</summary>
    [Id(7)]
    public TimeSpan Left { get; init; }

    /// <summary>Of the image that was stored last, see <see cref="StoredSession"/>; 0: none was.</summary>
    [Id(8)]
    public long Turn { get; init; }
}

/// <summary>See <see cref="SessionToken"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionTokenImage")]
internal sealed record SessionTokenImage([property: Id(0)] byte[] Current, [property: Id(1)] byte[]? Used, [property: Id(2)] byte[]? Void, [property: Id(3)] uint Attempt = 0);

/// <summary>See <see cref="DirectStream"/>. <paramref name="Delivered"/>: the last number that the gateway has for certain.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.DirectStreamImage")]
internal sealed record DirectStreamImage([property: Id(0)] SessionWindowImage Window, [property: Id(1)] bool Flowing, [property: Id(2)] uint Delivered);

/// <summary>
/// See <see cref="SessionWindow"/>. <paramref name="Floor"/>: the number before the first that is kept. <paramref name="IsPartial"/>: what followed may be missing, and nobody was told yet.
/// </summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionWindowImage")]
internal sealed record SessionWindowImage(
    [property: Id(0)] uint Floor, [property: Id(1)] uint Last, [property: Id(2)] string Loss, [property: Id(3)] KeptPush[] Kept, [property: Id(4)] SessionPush[] Latest,
    [property: Id(5)] bool IsPartial = false);

/// <summary>A push that is kept, and for how long it has been.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.KeptPush")]
internal readonly record struct KeptPush([property: Id(0)] TimeSpan Age, [property: Id(1)] SessionPush Push);
