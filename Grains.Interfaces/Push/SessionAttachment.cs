namespace GameCluster.Push;

/// <summary>Everything by which a session's grain can begin, or begin again after its silo has gone.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionAttachment")]
public sealed record SessionAttachment
{
    /// <summary>The gateway that carries the session.</summary>
    [Id(0)]
    public required SiloAddress Gateway { get; init; }

    /// <summary>The attachment's number, from 1.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>What the session is.</summary>
    [Id(2)]
    public required SessionRecord Record { get; init; }

    /// <summary>SHA-256 of the token by which the client may resume; null for a session that ends with its connection.</summary>
    [Id(3)]
    public byte[]? TokenHash { get; init; }

    /// <summary>The number of the last message of the session's own stream that the gateway has passed on.</summary>
    [Id(4)]
    public uint LastNumber { get; init; }
}
