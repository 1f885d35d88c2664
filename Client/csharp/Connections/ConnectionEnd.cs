namespace GameCluster.Client.Connections;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The close code, of either side; 1006 where there was none.</param>
/// <param name="Reason">For people.</param>
/// <param name="Welcomed">Whether there was a welcome.</param>
/// <param name="RetryAfter">How long the server wants to be left alone; zero if it has not said so.</param>
/// <param name="Refusal">The server's answer if it does not speak version 1.</param>
internal sealed record ConnectionEnd(int Code, string Reason, bool Welcomed, TimeSpan RetryAfter, GameException? Refusal = null);
