namespace GameCluster.Tests.LoadTool;

/// <summary>What a <see cref="BoardServer"/> does wrong.</summary>
internal enum BoardServerBug
{
    None,

    /// <summary>A session that comes back is not sent what it missed.</summary>
    ForgetsOnResume,

    /// <summary>A session that comes back is sent its last push again.</summary>
    ReplaysTooMuch,

    /// <summary>A publish that is sent again is executed again.</summary>
    ExecutesRepeats,

    /// <summary>One member is passed over now and then, and its numbers do not show it.</summary>
    ForgetsAMember,
}
