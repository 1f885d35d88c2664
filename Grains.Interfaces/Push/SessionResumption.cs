namespace GameCluster.Push;

/// <summary>The answer to a <see cref="SessionTakeover"/>.</summary>
/// <param name="Status">Whether the session goes on.</param>
/// <param name="Epoch">The new attachment's number.</param>
/// <param name="Record">What the session is, if it goes on.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionResumption")]
public sealed record SessionResumption(
    [property: Id(0)] SessionResumeStatus Status,
    [property: Id(1)] long Epoch = 0,
    [property: Id(2)] SessionRecord? Record = null);
