using System.Globalization;
using System.Net;
using System.Text;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>A report as one page that needs nothing else: it can be mailed, and read in light and dark.</summary>
internal static class HtmlReport
{
    private const string StyleResource = "GameCluster.LoadTest.Chaos.Reports.report.css";

    public static void Write(ChaosReport report, string path) => File.WriteAllText(path, Render(report));

    public static string Render(ChaosReport report)
    {
        var (verdict, css) = report.Passed ? ("passed", "pass") : ("failed", "fail");
        return $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Html(report.Name)}, seed {report.Seed}: {verdict}</title>
            <style>
            {Style()}
            </style>
            <body>
            <main>
            <header>
            <p class="kind">Chaos report</p>
            <h1>{Html(report.Name)} <span class="verdict {css}">{verdict}</span></h1>
            <p class="lead">{Html(report.Scenario.Description)}</p>
            </header>
            <section class="tiles">
            {Tiles(report)}
            </section>
            <section>
            <h2>What happened</h2>
            {TimelineChart.Draw(report.Timeline)}
            </section>
            <section>
            <h2>Faults</h2>
            {Faults(report)}
            </section>
            <section>
            <h2>Pauses</h2>
            {Pauses(report)}
            </section>
            <section>
            <h2>Promises</h2>
            {Checks(report)}
            </section>
            <section>
            <h2>Expectations of the scenario</h2>
            {Demands(report)}
            </section>
            <footer>
            {Footer(report)}
            </footer>
            </main>
            </body>
            </html>

            """;
    }

    private static string Tiles(ChaosReport report)
    {
        var counts = report.Players.Counts;
        return string.Join('\n', new[]
        {
            Tile(Text($"{report.Broken}"), "lost, doubled or reordered", report.Broken > 0),
            Tile(Text($"{report.LongestPauseMs / 1000:0.00} s"), "longest pause of a player", false),
            Tile(Text($"{counts.Delivered:n0}"), "deliveries", false),
            Tile(Text($"{report.Players.Settings.Bots:n0}"), Text($"players in {report.Players.Settings.Rooms:n0} rooms"), false),
            Tile(Text($"{counts.Resumed:n0}"), "times a session went on", false),
            Tile(Text($"{counts.Lost.Values.Sum():n0}"), "sessions lost", false),
            Tile(Text($"{counts.Errors.Values.Sum():n0}"), Text($"errors in {report.Timeline.Seconds.Sum(static second => second.Done + second.Failed):n0} answers"), false),
        });
    }

    private static string Tile(string figure, string label, bool isBad) =>
        $"""<div class="tile{(isBad ? " bad" : "")}"><b>{Html(figure)}</b><span>{Html(label)}</span></div>""";

    private static string Faults(ChaosReport report) => report.Timeline.Faults.Count == 0 ? "<p>None.</p>" : Table(
        ["from", "fault", "befell", "served again after", "longest pause", "median pause", "waited over 1 s"],
        report.Timeline.Faults.Select(static fault => new[]
        {
            Text($"{fault.At:0.0} s"), fault.Kind, fault.Target, Text($"{fault.Until - fault.At:0.0} s"), Text($"{fault.Noticed.LongestMs / 1000:0.00} s"), Text($"{fault.Noticed.MedianMs / 1000:0.00} s"),
            Text($"{fault.Noticed.Disturbed} of {fault.Noticed.Players}"),
        }.Select(Html)));

    private static string Pauses(ChaosReport report) => Table(
        ["fault", "times", "players affected", "p50", "worst"],
        report.PausesByFault.Select(static sort => new[]
        {
            sort.Sort, Text($"{sort.Faults}"), Text($"{sort.Affected}"), Text($"{sort.P50Ms / 1000:0.00} s"), Text($"{sort.WorstMs / 1000:0.00} s"),
        }.Select(Html))) + Text($"""<p class="note">A player is affected when it loses its connection or waits for longer than {report.UsualPauseMs:0} ms, which 99 of 100 waits do not reach when nothing is done to the server.</p>""")
        + (report.AnswerTimes.Ratio is null ? "" : $"""<p class="note">99th percentile of answers: {Html(report.AnswerTimes.ToString())} as long.</p>""");

    private static string Checks(ChaosReport report) => Table(
        ["", "check", "promise", "examined", "violations"],
        report.Verdict.Checks.Select(check =>
        {
            var isTolerated = report.Scenario.Expect.Tolerate.TryGetValue(check.Name, out var reason) && !check.Passed;
            var details = new StringBuilder(Html(check.Promise));
            if (isTolerated)
            {
                details.Append(CultureInfo.InvariantCulture, $"""<p class="note">Tolerated here: {Html(reason!)}</p>""");
            }

            if (check.First.Count > 0)
            {
                details.Append(CultureInfo.InvariantCulture, $"<details><summary>the first {check.First.Count}</summary><ul>{string.Concat(check.First.Select(static found => $"<li>{Html(found.ToString())}</li>"))}</ul></details>");
            }

            return new[] { Mark(check.Examined == 0 ? null : check.Passed, isTolerated), Html(check.Name), details.ToString(), Text($"{check.Examined:n0}{(check.Undecided > 0 ? $", {check.Undecided} left undecided" : "")}"), Text($"{check.Violations:n0}") };
        }));

    private static string Demands(ChaosReport report)
    {
        var rows = report.Demands.Select(static demand => new[] { Mark(demand.IsMet, false), Html(demand.What), Html(demand.Expected), Html(demand.Found) }).ToList();
        rows.Add([
            Mark(report.Players.IsFaultless, false), "all players are back in their rooms in the end, and the protocol was kept", "0", Text($"{report.Players.Unsettled + report.Players.Violations.Count}"),
        ]);
        return Table(["", "what", "expected", "found"], rows) + string.Concat(report.Exits.Select(static exit => $"""<p class="note">{Html(exit)}</p>"""));
    }

    private static string Footer(ChaosReport report)
    {
        var machine = report.Machine;
        return $"""
            <p>Again: <code>dotnet run --project Tests/LoadTest -- chaos {Html(report.Name)} --seed {report.Seed}</code>. The seed repeats victims and what players decide; the network and the machine decide the rest.
            Who doubts the verdict runs it anew from what the players saw: <code>dotnet run --project Tests/LoadTest -- check history.jsonl</code>.</p>
            <p>{Html(report.Cluster)}; {machine.Cores} cores, {Html(machine.System)}, {Html(machine.Runtime)}; {Text($"{machine.At:yyyy-MM-dd HH:mm}")} UTC. Players and servers share the machine unless the cluster is elsewhere.</p>
            """;
    }

    private static string Table(string[] heads, IEnumerable<IEnumerable<string>> rows) =>
        $"""
        <div class="scroll"><table><thead><tr>{string.Concat(heads.Select(static head => $"<th>{head}</th>"))}</tr></thead><tbody>
        {string.Join('\n', rows.Select(static row => $"<tr>{string.Concat(row.Select(static cell => $"<td>{cell}</td>"))}</tr>"))}
        </tbody></table></div>
        """;

    private static string Mark(bool? passed, bool isTolerated) => passed switch
    {
        null => """<span class="mark none">nothing to see</span>""",
        true => """<span class="mark pass">held</span>""",
        false when isTolerated => """<span class="mark none">tolerated</span>""",
        false => """<span class="mark fail">broken</span>""",
    };

    private static string Style()
    {
        using var resource = typeof(HtmlReport).Assembly.GetManifestResourceStream(StyleResource)!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
