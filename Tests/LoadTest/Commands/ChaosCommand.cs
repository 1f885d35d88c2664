using System.CommandLine;
using System.Diagnostics;
using GameCluster.LoadTest.Chaos;
using GameCluster.LoadTest.Chaos.Clusters;
using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Processes;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>chaos</c>: a cluster, players on it, and faults, as a scenario has them; with a verdict and a report.</summary>
internal sealed class ChaosCommand : Command
{
    private const string TestServices = "Tests/TestServices";

    private static readonly string[] Programs = ["Silo", "Gateway", TestServices];

    private readonly Argument<string> _scenario = new("scenario") { Description = "A file, or the name of one in Tests/LoadTest/scenarios.", DefaultValueFactory = static _ => "headline" };

    private readonly Option<bool> _list = new("--list") { Description = "Only name the scenarios, and say what they do." };

    private readonly Option<int> _seed = new("--seed") { Description = "Draws the victims and what players do by chance.", DefaultValueFactory = static _ => 1 };

    private readonly Option<int> _runs = Parsing.Positive("--runs", 1, "How often, each time with the next seed.");

    private readonly Option<DirectoryInfo> _out = new("--out") { Description = "Folder for reports, histories and logs.", DefaultValueFactory = static _ => new DirectoryInfo("chaos-reports") };

    private readonly Option<string?> _postgres = new("--postgres") { Description = "Connection string of an empty database (Npgsql); else a PostgreSQL is started for the run." };

    private readonly Option<bool> _compose = new("--compose") { Description = "On the deployment of docker-compose.yml instead of processes. The scenario's game must be board." };

    private readonly Option<bool> _noBuild = new("--no-build") { Description = "The server's programs are built already." };

    public ChaosCommand()
        : base("chaos", "Kill, freeze, stop and part the processes of a cluster under players, and judge what they saw. Exit code 1 when anything was not as the scenario expects.")
    {
        Add(_scenario);
        Option[] options = [_list, _seed, _runs, _out, _postgres, _compose, _noBuild];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_list))
        {
            List();
            return ExitCode.Success;
        }

        var scenario = ScenarioFile.Read(parsed.GetRequiredValue(_scenario));
        if (!parsed.GetValue(_noBuild) && !parsed.GetValue(_compose))
        {
            await BuildAsync(cancellation);
        }

        var reports = new List<ChaosReport>();
        var (seed, runs) = (parsed.GetValue(_seed), parsed.GetValue(_runs));
        for (var run = 0; run < runs; run++)
        {
            reports.Add(await RunAsync(parsed, scenario, seed + run, cancellation));
        }

        if (runs > 1)
        {
            Summarize(reports, FolderOf(parsed, scenario, WorstOf(reports).Seed));
        }

        return reports.TrueForAll(static report => report.Passed) ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<ChaosReport> RunAsync(ParseResult parsed, Scenario scenario, int seed, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(FolderOf(parsed, scenario, seed)).FullName;
        Console.Error.WriteLine($"{scenario.Name}, seed {seed}: starting {scenario.Cluster.Silos} silos and {scenario.Cluster.Gateways} gateways");
        await using IChaosCluster cluster = parsed.GetValue(_compose)
            ? await ComposeCluster.StartAsync(scenario)
            : await ProcessCluster.StartAsync(scenario, parsed.GetValue(_postgres), Repository.ProgramOf(TestServices), folder);
        var report = await ChaosRun.ExecuteAsync(scenario, seed, cluster, Path.Combine(folder, "history.jsonl"), Console.Error, cancellation);
        JsonReport.Write(report, Path.Combine(folder, "report.json"));
        HtmlReport.Write(report, Path.Combine(folder, "report.html"));
        Console.Out.Write(report);
        Console.Out.WriteLine($"Report: {Path.Combine(folder, "report.html")}");
        return report;
    }

    private string FolderOf(ParseResult parsed, Scenario scenario, int seed) => Path.Combine(parsed.GetRequiredValue(_out).FullName, $"{scenario.Name}-{seed}");

    private static void List()
    {
        foreach (var scenario in ScenarioFile.Names.Select(ScenarioFile.Read))
        {
            Console.Out.WriteLine($"{scenario.Name,-26} {string.Join(' ', scenario.Covers),-8} {scenario.Description}");
        }
    }

    /// <summary>The one that failed, if any, and of those the one with the longest pause.</summary>
    private static ChaosReport WorstOf(List<ChaosReport> reports) => reports.OrderBy(static report => report.Passed).ThenByDescending(static report => report.LongestPauseMs).First();

    private static void Summarize(List<ChaosReport> reports, string folderOfWorst)
    {
        Console.Out.WriteLine();
        foreach (var report in reports)
        {
            var broken = report.Verdict.Checks.Where(static check => !check.Passed).Select(static check => $"{check.Name} {check.Violations}").Concat(report.Demands.Where(static demand => !demand.IsMet).Select(static demand => $"{demand.What} {demand.Found}"));
            Console.Out.WriteLine($"seed {report.Seed,-6} {(report.Passed ? "passed" : "FAILED")}  longest pause {report.LongestPauseMs / 1000:0.00} s  {string.Join(", ", broken)}");
        }

        Console.Out.WriteLine($"{reports.Count(static report => report.Passed)} of {reports.Count} runs passed. The worst: {Path.Combine(folderOfWorst, "report.html")}");
    }

    private static async Task BuildAsync(CancellationToken cancellation)
    {
        foreach (var project in Programs)
        {
            var start = new ProcessStartInfo("dotnet", ["build", Path.Combine(Repository.Root, project), "-c", Repository.Configuration, "-v", "q", "-nologo"]) { RedirectStandardOutput = true };
            using var build = Process.Start(start)!;
            var output = await build.StandardOutput.ReadToEndAsync(cancellation);
            await build.WaitForExitAsync(cancellation);
            if (build.ExitCode != 0)
            {
                throw new InvalidDataException($"{project} does not build:\n{output}");
            }
        }
    }
}
