using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Swarm;

/// <summary>What a swarm saw, all of it over the whole run but for what the measured time names.</summary>
internal sealed record SwarmReport
{
    public string Command { get; } = "swarm";

    public Machine Machine { get; } = Machine.Current;

    public required SwarmSettings Settings { get; init; }

    public required double WindowSeconds { get; init; }

    /// <summary>In the measured time.</summary>
    public required double PublishedPerSecond { get; init; }

    /// <summary>In the measured time.</summary>
    public required double DeliveredPerSecond { get; init; }

    public required IReadOnlyList<ServerUsage> Servers { get; init; }

    /// <summary>Deliveries in the measured time by the CPU time of the server's processes in it; null if none were named.</summary>
    public required double? DeliveredPerServerCpuSecond { get; init; }

    public required SwarmCounts Counts { get; init; }

    /// <summary>From the end of a connection that the bot itself cut to the next welcome of its session.</summary>
    public required LatencySummary BackAfterOwnCutMs { get; init; }

    /// <summary>The same where the server or the network ended it.</summary>
    public required LatencySummary BackAfterServerEndMs { get; init; }

    /// <summary>From publish to delivery, absences of the receiver included.</summary>
    public required LatencySummary DeliveryMs { get; init; }

    /// <summary>The same where the receiver's connection is older than the publish, and it is none of those that stop reading.</summary>
    public required LatencySummary SteadyDeliveryMs { get; init; }

    /// <summary>Bots that had not got back into their rooms, or not all answers, in the end.</summary>
    public required int Unsettled { get; init; }

    public required IReadOnlyDictionary<string, int> Violations { get; init; }

    public bool IsFaultless => Unsettled == 0 && Violations.Count == 0;

    public static SwarmReport Of(SwarmSettings settings, SwarmWorld world, SwarmWindow window, int unsettled) => new()
    {
        Settings = settings,
        WindowSeconds = Math.Round(window.Seconds, 3),
        PublishedPerSecond = Math.Round(window.Published / window.Seconds, 1),
        DeliveredPerSecond = Math.Round(window.Delivered / window.Seconds, 1),
        Servers = window.Servers,
        DeliveredPerServerCpuSecond = window.ServerCpuSeconds > 0 ? Math.Round(window.Delivered / window.ServerCpuSeconds) : null,
        Counts = world.Counts,
        BackAfterOwnCutMs = world.BackAfterOwnCut.Summarize(),
        BackAfterServerEndMs = world.BackAfterServerEnd.Summarize(),
        DeliveryMs = world.Delivery.Summarize(),
        SteadyDeliveryMs = world.SteadyDelivery.Summarize(),
        Unsettled = unsettled,
        Violations = world.Violations.ToDictionary(),
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{Settings.Bots} bots in {Settings.Rooms} rooms, seed {Settings.Seed}, {WindowSeconds:0.0} s");
        Line($"in that time        {PublishedPerSecond:n1} published/s, {DeliveredPerSecond:n1} delivered/s, {DeliveredPerServerCpuSecond ?? 0:n0} delivered per server CPU second");
        foreach (var server in Servers)
        {
            Line($"  pid {server.Pid,-8}      {server.CpuSeconds:0.00} CPU s, RSS {server.ResidentBytesAfter / 1024:n0} KiB");
        }

        Line($"in all              {Counts.ToText()}");
        Line($"back after own cut  {BackAfterOwnCutMs}");
        Line($"back after server   {BackAfterServerEndMs}");
        Line($"delivery            {DeliveryMs}");
        Line($"delivery, steady    {SteadyDeliveryMs}");
        Line($"unsettled           {Unsettled}");
        foreach (var (violation, count) in Violations)
        {
            Line($"  {count} x {violation}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
