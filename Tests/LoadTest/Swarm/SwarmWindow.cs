using System.Diagnostics;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>What happened in the measured time.</summary>
internal sealed record SwarmWindow(
    long BeganAt, long EndedAt, long PublishedBefore, long PublishedAfter, long DeliveredBefore, long DeliveredAfter, IReadOnlyList<ServerUsage> Servers)
{
    public double Seconds => Stopwatch.GetElapsedTime(BeganAt, EndedAt).TotalSeconds;

    public long Published => PublishedAfter - PublishedBefore;

    public long Delivered => DeliveredAfter - DeliveredBefore;

    public double ServerCpuSeconds => Servers.Sum(static server => server.CpuSeconds);
}
