using System.Collections.Concurrent;
using System.Globalization;

namespace GameCluster.LoadTest.Swarm;

/// <summary>How often things happened, for many threads.</summary>
internal sealed class SwarmCounts
{
    private long _published;
    private long _acknowledged;
    private long _skipped;
    private long _delivered;
    private long _resumed;
    private long _ownCuts;

    public long Published => Volatile.Read(ref _published);

    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Publishes that were due while the bot was not connected or had too many unanswered.</summary>
    public long Skipped => Volatile.Read(ref _skipped);

    /// <summary>Pushes of publishes that arrived.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    public long Resumed => Volatile.Read(ref _resumed);

    public long OwnCuts => Volatile.Read(ref _ownCuts);

    /// <summary>Ends of connections by the server or the network, by close code.</summary>
    public ConcurrentDictionary<string, int> Ends { get; } = new();

    /// <summary>Sessions that could not be resumed, by reason.</summary>
    public ConcurrentDictionary<string, int> Lost { get; } = new();

    /// <summary>Streams that went on later, by reason.</summary>
    public ConcurrentDictionary<string, int> Resyncs { get; } = new();

    /// <summary>Requests answered by an error, by kind and code.</summary>
    public ConcurrentDictionary<string, int> Errors { get; } = new();

    public void OnPublished() => Interlocked.Increment(ref _published);

    public void OnAcknowledged() => Interlocked.Increment(ref _acknowledged);

    public void OnSkipped() => Interlocked.Increment(ref _skipped);

    public void OnDelivered() => Interlocked.Increment(ref _delivered);

    public void OnResumed() => Interlocked.Increment(ref _resumed);

    public void OnOwnCut() => Interlocked.Increment(ref _ownCuts);

    /// <summary>All of it in a line.</summary>
    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"published {Published:n0} (skipped {Skipped:n0}), acknowledged {Acknowledged:n0}, delivered {Delivered:n0}, own cuts {OwnCuts:n0}, resumed {Resumed:n0}, ends [{Text(Ends)}], lost [{Text(Lost)}], resyncs [{Text(Resyncs)}], errors [{Text(Errors)}]");

    public static void Count(ConcurrentDictionary<string, int> counts, string what) => counts.AddOrUpdate(what, 1, static (_, count) => count + 1);

    private static string Text(ConcurrentDictionary<string, int> counts) => string.Join(", ", counts.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => $"{entry.Value} x {entry.Key}"));
}
