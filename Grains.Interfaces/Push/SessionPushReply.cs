namespace GameCluster.Push;

/// <summary>What became of pushes to a session.</summary>
/// <param name="Results">One per push, in order.</param>
/// <param name="Direct">The gateway that later pushes may be sent to without asking the session's grain, or null if they all must go through it.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionPushReply")]
public readonly record struct SessionPushReply(
    [property: Id(0)] PushResult[] Results,
    [property: Id(1)] SiloAddress? Direct);
