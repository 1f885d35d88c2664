namespace GameCluster.Client.Protocol;

/// <summary>What a frame is for; a server may know more of them.</summary>
internal enum FrameKind : byte
{
    /// <summary>A message without an answer, and every system message.</summary>
    Notify = 0,

    /// <summary>To be answered under its number.</summary>
    Request = 1,

    /// <summary>The answer to a request.</summary>
    Reply = 2,

    /// <summary>A request that could not be handled or, with the number 0, another frame.</summary>
    Error = 3,

    /// <summary>Not asked for; has a place in a stream.</summary>
    Push = 4,
}
