using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Listening;

/// <summary>What a fan-out run does.</summary>
internal sealed record FanOutSettings(ConnectionSettings Connections, TimeSpan WarmUp, TimeSpan Duration, IReadOnlyList<int> ServerPids);
