namespace GameCluster.Routing;

/// <summary>Whether a change of routes took effect.</summary>
public enum RouteChangeStatus
{
    /// <summary>The new table is in force.</summary>
    Applied,

    /// <summary>The change makes no difference.</summary>
    Unchanged,

    /// <summary>The table would be wrong: see the problems.</summary>
    Invalid,

    /// <summary>Somebody else changed the table since the version the caller had read.</summary>
    VersionMismatch,

    /// <summary>The version to go back to is not in the history.</summary>
    UnknownVersion,

    /// <summary>The table could not be stored, so the one in force stays. Ask again: if the storage had it after all, the version will have grown.</summary>
    NotStored,
}
