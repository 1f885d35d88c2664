using System.Globalization;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>How a herd came back.</summary>
internal sealed record HerdReport
{
    public string Command { get; } = "herd";

    public Machine Machine { get; } = Machine.Current;

    public required int Sessions { get; init; }

    /// <summary>From the first cut until the last session was back, or until the time was over.</summary>
    public required double Seconds { get; init; }

    /// <summary>Sessions that had no connection in the end.</summary>
    public required int Missing { get; init; }

    /// <summary>Sessions that did not go on, but had to begin anew.</summary>
    public required int Lost { get; init; }

    /// <summary>From the end of a connection to the welcome of its session.</summary>
    public required LatencySummary BackMs { get; init; }

    public required IReadOnlyList<ServerUsage> Servers { get; init; }

    public required SwarmCounts Counts { get; init; }

    public required IReadOnlyDictionary<string, int> Violations { get; init; }

    public bool IsFaultless => Missing == 0 && Lost == 0 && Violations.Count == 0;

    public static HerdReport Of(SwarmSettings settings, SwarmWorld world, TimeSpan elapsed, int missing, IReadOnlyList<ServerUsage> servers) => new()
    {
        Sessions = settings.Bots,
        Seconds = Math.Round(elapsed.TotalSeconds, 2),
        Missing = missing,
        Lost = world.Counts.Lost.Values.Sum(),
        BackMs = world.BackAfterOwnCut.Summarize(),
        Servers = servers,
        Counts = world.Counts,
        Violations = world.Violations.ToDictionary(),
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Sessions} sessions cut at once: all back after {Seconds:0.0} s, {Missing} missing, {Lost} lost\nback     {BackMs}\nservers  {Servers.Sum(static server => server.CpuSeconds):0.0} CPU s\n{Counts.ToText()}\n");
}
