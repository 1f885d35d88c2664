using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Listening;

/// <summary>What a fan-out run does.</summary>
internal sealed record FanOutSettings(ConnectionSettings Connections, TimeSpan WarmUp, TimeSpan Duration, IReadOnlyList<int> ServerPids)
{
    /// <summary>Frames per second that the first connection sends, for the server to pass on to all; 0 for none.</summary>
    public double PublishRate { get; init; }

    public int PublishId { get; init; } = 40000;

    /// <summary>Length of those frames, header included.</summary>
    public int PublishBytes { get; init; } = 100;
}
