namespace GameCluster.LoadTest.Swarm;

/// <summary>What a game wants sent.</summary>
/// <param name="Op">Its kind, as in the history.</param>
/// <param name="Value">What it publishes; null for other requests.</param>
internal sealed record BotRequest(int MessageId, string Op, byte[] Body, string? Value = null);
