namespace GameCluster.Services;

/// <summary>The answer to an <see cref="HttpCall"/>.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.HttpReply")]
public sealed record HttpReply(
    [property: Id(0)] int Status,
    [property: Id(1)] string ContentType,
    [property: Id(2)] byte[] Body);
