namespace GameCluster.Client;

/// <summary>The old session is over: its requests have failed, rooms and login are gone. A new one is open.</summary>
/// <param name="Reason"><c>unknown</c>, <c>expired</c>, <c>taken</c>, or what a later server says.</param>
public sealed record SessionLost(string? Reason);
