namespace GameCluster.Services;

/// <summary>What a frame to the client is.</summary>
public enum FrameKind : byte
{
    /// <summary>The answer to a request.</summary>
    Reply,

    /// <summary>The answer to a request that failed: the body is an error object.</summary>
    Error,

    /// <summary>A message the client did not ask for.</summary>
    Push,
}
