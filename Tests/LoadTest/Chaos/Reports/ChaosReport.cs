using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Measuring;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>All that is known of one run of a scenario.</summary>
internal sealed record ChaosReport
{
    public string Command { get; } = "chaos";

    public required Scenario Scenario { get; init; }

    /// <summary>The scenario's name.</summary>
    public string Name => Scenario.Name;

    public required int Seed { get; init; }

    public required string Cluster { get; init; }

    public required Machine Machine { get; init; }

    public required IReadOnlyList<Demand> Demands { get; init; }

    public required Verdict Verdict { get; init; }

    public required Timeline Timeline { get; init; }

    /// <summary>The longest that any player waited, at any time.</summary>
    public required double LongestPauseMs { get; init; }

    /// <summary>How long players waited because of each sort of fault.</summary>
    public required IReadOnlyList<FaultPauses> PausesByFault { get; init; }

    /// <summary>What players wait for when nothing is done to the server: who waits for less and stays connected is not affected.</summary>
    public required double UsualPauseMs { get; init; }

    /// <summary>How fast requests were answered during faults and at other times.</summary>
    public required AnswerTimes AnswerTimes { get; init; }

    /// <summary>What was lost, doubled or reordered.</summary>
    public long Broken => Verdict.Checks.Where(static check => check.Name is "order" or "delivery" or "rooms").Sum(static check => check.Violations);

    /// <summary>Processes that ended of themselves.</summary>
    public required IReadOnlyList<string> Exits { get; init; }

    public required SwarmReport Players { get; init; }

    /// <summary>What was not as the scenario expects.</summary>
    public IEnumerable<string> Failures =>
    [
        .. Verdict.Checks.Where(check => !check.Passed && !Scenario.Expect.Tolerate.ContainsKey(check.Name)).Select(static check => Text($"{check.Name}: {check.Violations} violations")),
        .. Demands.Where(static demand => !demand.IsMet).Select(static demand => $"{demand.What}: {demand.Found}, expected {demand.Expected}"),
        .. Players.IsFaultless ? Array.Empty<string>() : [PlayersAtFault],
    ];

    public bool Passed => !Failures.Any();

    private string PlayersAtFault => Text($"{Players.Unsettled} players had not got back in the end; {Players.Violations.Count} violations of the protocol {string.Join("; ", Players.Violations.Keys)}");

    /// <param name="exits">Processes that ended of themselves, with the time in the history's clock.</param>
    public static ChaosReport Of(Scenario scenario, int seed, string cluster, IReadOnlyList<(long At, string What)> exits, SwarmReport players, IReadOnlyList<HistoryEvent> history)
    {
        var pauses = Pauses.Of(history);
        var timeline = Timeline.Of(history, pauses);
        var times = AnswerTimes.Of(history);
        return new ChaosReport
        {
            Scenario = scenario,
            Seed = seed,
            Cluster = cluster,
            Machine = players.Machine,
            Players = players,
            Exits = [.. exits.Select(exit => string.Create(CultureInfo.InvariantCulture, $"{exit.What} after {(exit.At - history[0].T) / 1e6:0.0} s"))],
            LongestPauseMs = pauses.LongestMs,
            PausesByFault = FaultPauses.Of(timeline.Faults),
            UsualPauseMs = pauses.UsualMs,
            AnswerTimes = times,
            Timeline = timeline,
            Verdict = Verdict.Of(history, new CheckLimits { Grace = scenario.Grace }),
            Demands = [.. DemandsOf(scenario.Expect, exits.Count, pauses, times, history)],
        };
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{Name}, seed {Seed}: {Players.Settings.Bots} players, {Cluster}, {Timeline.Length:0} s");
        foreach (var fault in Timeline.Faults)
        {
            Line($"  {fault.At,6:0.0} s  {fault.Kind,-10} {fault.Target,-22} {fault.Until - fault.At,5:0.0} s; longest pause {fault.Noticed.LongestMs / 1000:0.00} s, median {fault.Noticed.MedianMs / 1000:0.00} s, {fault.Noticed.Disturbed} of {fault.Noticed.Players} players waited over 1 s");
        }

        foreach (var sort in PausesByFault)
        {
            Line($"  {sort.Faults} x {sort.Sort}: players waited {sort.Affected} times, p50 {sort.P50Ms / 1000:0.00} s, worst {sort.WorstMs / 1000:0.00} s");
        }

        if (AnswerTimes.Ratio is not null)
        {
            Line($"  99th percentile of answers: {AnswerTimes}");
        }

        foreach (var exit in Exits)
        {
            Line($"  {exit}");
        }

        foreach (var check in Verdict.Checks)
        {
            var reason = check.Passed ? null : Scenario.Expect.Tolerate.GetValueOrDefault(check.Name);
            Line($"{(check.Passed ? "pass" : reason is null ? "FAIL" : "note"),-4}  {check.Name,-9} {check.Examined,10:n0} examined, {check.Violations,6:n0} violations: {check.Promise}{(check.Undecided > 0 ? $" ({check.Undecided} left undecided)" : "")}");
            if (reason is not null)
            {
                Line($"        tolerated: {reason}");
            }

            foreach (var violation in reason is null ? check.First : [])
            {
                Line($"        {violation}");
            }
        }

        foreach (var demand in Demands)
        {
            Line($"{(demand.IsMet ? "pass" : "FAIL"),-4}  {demand.What}: {demand.Found}, expected {demand.Expected}");
        }

        if (!Players.IsFaultless)
        {
            Line($"FAIL  {PlayersAtFault}");
        }

        Line($"{(Passed ? "PASSED" : "FAILED")}: longest pause {LongestPauseMs / 1000:0.00} s, {Players.Counts.Delivered:n0} deliveries, {Players.Counts.Resumed:n0} sessions resumed, {Players.Counts.Lost.Values.Sum()} lost");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<Demand> DemandsOf(Expectations expect, int ended, Pauses pauses, AnswerTimes times, IReadOnlyList<HistoryEvent> history)
    {
        if (expect.LongestPause is { } longest)
        {
            yield return new Demand("longest pause of a player", Text($"at most {longest.TotalSeconds:0.##} s"), Text($"{pauses.LongestMs / 1000:0.00} s"), pauses.LongestMs <= longest.TotalMilliseconds);
        }

        if (expect.LatencyRatio is { } ratio)
        {
            yield return new Demand("99th percentile of answers during faults against that at other times", Text($"at most {ratio:0.##} times"), times.ToString(), times.Ratio <= ratio);
        }

        if (expect.Disturbed is { } disturbed)
        {
            yield return AtMost("players that waited for over a second", disturbed, pauses.Disturbed);
        }

        if (expect.LostSessions is { } lost)
        {
            yield return AtMost("sessions lost", lost, history.Count(static happened => happened.Type == EventType.Lost));
        }

        if (expect.Errors is { } errors)
        {
            yield return AtMost("requests answered by an error, or never", errors, history.Count(static happened => happened.Type is EventType.Fail or EventType.Info));
        }

        if (expect.Exits is { } exits)
        {
            yield return AtMost("processes that ended of themselves", exits, ended);
        }
    }

    private static Demand AtMost(string what, int most, int found) => new(what, Text($"at most {most}"), Text($"{found}"), found <= most);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
