namespace GameCluster.LoadTest.Swarm;

/// <summary>What a frame of version 1 is.</summary>
internal enum FrameKind : byte
{
    /// <summary>From the client without an answer, and every system message.</summary>
    Notify = 0,
    Request = 1,
    Reply = 2,
    Error = 3,
    Push = 4,
}
