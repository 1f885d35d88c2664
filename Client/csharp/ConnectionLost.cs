namespace GameCluster.Client;

/// <summary>The connection is lost, or an attempt has failed, and another attempt follows.</summary>
/// <param name="Attempt">Which one follows, from 1.</param>
/// <param name="Delay">How long until then.</param>
/// <param name="Code">The close code; 1006 where there was none.</param>
/// <param name="Reason">For people.</param>
public sealed record ConnectionLost(int Attempt, TimeSpan Delay, int Code, string Reason);
