namespace GameCluster.Rooms.Journal;

/// <summary>What became of an entry.</summary>
public enum AppendOutcome
{
    /// <summary>It is safe: it survives the death of every process.</summary>
    Appended,

    /// <summary>It is not written: the room has been opened elsewhere. Nothing this activation does counts any more.</summary>
    Fenced,

    /// <summary>It is not written and never will be: the database is away. The next one may be.</summary>
    Unavailable,

    /// <summary>The database did not say in time: it may have been written. Read the tail before the next append.</summary>
    Unknown,

    /// <summary>It is not written: another entry has this version, an earlier one of unknown outcome. Read the tail.</summary>
    Behind,
}
