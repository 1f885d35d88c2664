namespace GameCluster.Push;

/// <summary>A room that messages for a service went to before the session went on to another, or to none: a request that comes again goes where it went the first time.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Room">The room's key.</param>
/// <param name="LastRequest">The number of the last request that went there.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.EarlierRoom")]
public sealed record EarlierRoom([property: Id(0)] string Service, [property: Id(1)] string Room, [property: Id(2)] uint LastRequest);
