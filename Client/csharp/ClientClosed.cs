namespace GameCluster.Client;

/// <summary>The client is closed and stays so until it is told to connect again.</summary>
/// <param name="Code">The close code; 4000: kicked, 4001: another connection has the session.</param>
/// <param name="Reason">For people.</param>
public sealed record ClientClosed(int Code, string Reason);
