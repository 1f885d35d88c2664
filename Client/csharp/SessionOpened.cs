namespace GameCluster.Client;

/// <summary>A connection is there.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Resumed">Whether the session goes on; otherwise it is new: log in, join.</param>
public sealed record SessionOpened(string Session, bool Resumed);
