namespace GameCluster.Client;

/// <summary>The gateway stops; the client moves by itself.</summary>
/// <param name="Delay">Milliseconds until then.</param>
/// <param name="Address">Where to; null: any other address.</param>
/// <param name="Reason">For people.</param>
public sealed record GoingAway(int Delay, string? Address, string? Reason);
