namespace GameCluster.Push;

/// <summary>What became of a push to everyone.</summary>
/// <param name="Sessions">How many sessions it was queued for.</param>
/// <param name="Complete">False if a gateway did not answer: whether its sessions have it is unknown.</param>
public readonly record struct EveryonePushed(int Sessions, bool Complete);
