namespace GameCluster.Services;

/// <summary>One HTTP endpoint of a service.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.HttpEndpointDescriptor")]
public sealed record HttpEndpointDescriptor(
    [property: Id(0)] string Method,
    [property: Id(1)] string Path,
    [property: Id(2)] bool AllowAnonymous);
