namespace GameCluster.Services;

/// <summary>An HTTP request for a service's own endpoint.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.HttpCall")]
public sealed record HttpCall(
    [property: Id(0)] string Method,
    [property: Id(1)] string Path,
    [property: Id(2)] Dictionary<string, string> Query,
    [property: Id(3)] byte[] Body);
