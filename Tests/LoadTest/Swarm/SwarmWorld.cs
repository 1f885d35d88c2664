using System.Collections.Concurrent;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>What the bots of a swarm share.</summary>
internal sealed class SwarmWorld(SwarmSettings settings, ISwarmGame game, IHistorySink history)
{
    private readonly long _began = HistoryWriter.Now;

    public SwarmSettings Settings { get; } = settings;

    public ISwarmGame Game { get; } = game;

    public IHistorySink History { get; } = history;

    /// <summary>Whether what happens is kept.</summary>
    public bool IsRecorded { get; } = history is not NoHistory;

    /// <summary>Where bots connect; may be replaced while they do.</summary>
    public IReadOnlyList<Uri> Urls { get; set; } = settings.Urls;

    /// <summary>From publish to delivery, of everything.</summary>
    public LatencyRecorder Delivery { get; } = new();

    /// <summary>The same, where the receiver's connection is older than the publish, and it is none of those that stop reading.</summary>
    public LatencyRecorder SteadyDelivery { get; } = new();

    public LatencyRecorder BackAfterOwnCut { get; } = new();

    public LatencyRecorder BackAfterServerEnd { get; } = new();

    public SwarmCounts Counts { get; } = new();

    /// <summary>What servers did against the protocol, and how often.</summary>
    public ConcurrentDictionary<string, int> Violations { get; } = new();

    /// <summary>Microseconds since the swarm began.</summary>
    public long Now => HistoryWriter.Now - _began;
}
