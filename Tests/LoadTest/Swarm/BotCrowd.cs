using System.Diagnostics;

namespace GameCluster.LoadTest.Swarm;

/// <summary>Bots without a room, which only hold their sessions.</summary>
internal static class BotCrowd
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts bots, at most so many per second, and waits until all have a session.</summary>
    /// <exception cref="IOException">Some got none.</exception>
    public static async Task OpenAsync(this List<Bot> bots, SwarmWorld world, List<Task> runs, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < bots.Count; i++)
        {
            var early = TimeSpan.FromSeconds((double)i / world.Settings.ConnectRate) - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, cancellation);
            }

            runs.Add(bots[i].RunAsync(cancellation));
        }

        if (!await bots.AreConnectedAsync(TimeSpan.FromSeconds((double)bots.Count / world.Settings.ConnectRate) + LongestStart, cancellation))
        {
            throw new IOException($"{bots.Count(static bot => !bot.IsConnected)} sessions could not be opened. {world.Counts.ToText()}");
        }
    }

    /// <summary>Waits until all are connected; false if they are not in time.</summary>
    public static async Task<bool> AreConnectedAsync(this List<Bot> bots, TimeSpan limit, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (!bots.TrueForAll(static bot => bot.IsConnected))
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                return false;
            }

            await Task.Delay(LookEvery, cancellation);
        }

        return true;
    }
}
