using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Listening;

/// <summary>What an idle run does.</summary>
/// <param name="Prime">Connections opened, and kept, before memory is first read, so that what a server allocates once is not counted.</param>
/// <param name="Settle">Time between opening connections and reading memory.</param>
internal sealed record IdleSettings(ConnectionSettings Connections, int Prime, TimeSpan Settle, IReadOnlyList<int> ServerPids);
