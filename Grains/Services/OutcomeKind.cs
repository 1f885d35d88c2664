namespace GameCluster.Services;

/// <summary>Whether a request was handled at all.</summary>
internal enum OutcomeKind
{
    /// <summary>It was, well or not: a repeat gets the same answer.</summary>
    Handled,

    /// <summary>It was not, or may not have been: a repeat is handled anew. The call ends with it.</summary>
    Unhandled,

    /// <summary>This activation handles nothing any more: the request goes back, to be sent where the grain is now.</summary>
    Elsewhere,
}
