namespace GameCluster.Client;

/// <summary>The game or an operator has thrown this session out; the client closes.</summary>
/// <param name="Reason">What the game says.</param>
public sealed record Kicked(string? Reason);
