namespace GameCluster.Sessions;

/// <summary>Why pushes are not kept any more, as clients are told it.</summary>
internal static class WindowLoss
{
    /// <summary>They were too many, too long or too old for the session's window.</summary>
    public const string Window = "window";

    /// <summary>The process had no memory left for sessions that are away.</summary>
    public const string Budget = "budget";

    /// <summary>The silo that kept them has gone.</summary>
    public const string Restarted = "restarted";
}
