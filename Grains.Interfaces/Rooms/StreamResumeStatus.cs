namespace GameCluster.Rooms;

/// <summary>How a stream goes on after a break.</summary>
public enum StreamResumeStatus : byte
{
    /// <summary>With the next number: nothing is missing.</summary>
    Resumed,

    /// <summary>From a later number, with a snapshot instead of what was missed.</summary>
    Resync,

    /// <summary>Not at all: the session is no member.</summary>
    NotMember,
}
