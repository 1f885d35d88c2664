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

    // No compiler and no build process stays behind.
    private static readonly string[] QuietBuild = ["-v", "q", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"];

    private static readonly string[] Programs = ["Silo", "Gateway", TestServices];

    private readonly Argument<string> _scenario = new("scenario") { Description = "A file, or the name of one in Tests/LoadTest/scenarios.", DefaultValueFactory = static _ => "headline" };

    private readonly Option<bool> _list = new("--list") { Description = "Only name the scenarios, and say what they do." };

    private readonly Option<int> _seed = new("--seed") { Description = "Draws the victims and what players do by chance.", DefaultValueFactory = static _ => 1 };

    private readonly Option<int> _runs = Parsing.Positive("--runs", 1, "How often, each time on a fresh cluster and with the next seed; with a summary.");

    private readonly Option<DirectoryInfo> _out = new("--out") { Description = "Folder for reports, histories and logs.", DefaultValueFactory = static _ => new DirectoryInfo("chaos-reports") };

    private readonly Option<string?> _postgres = new("--postgres") { Description = "Connection string (Npgsql) of a user who may create databases, where each run gets one; else a PostgreSQL is started." };

    private readonly Option<bool> _compose = new("--compose") { Description = "On the deployment of docker-compose.yml instead of processes. The scenario's game must be board or board.durable." };

    private readonly Option<DirectoryInfo?> _other = new("--other") { Description = "Another checkout of this repository, built in the same configuration: what faults with \"build\": \"other\" start." };

    private readonly Option<bool> _noBuild = new("--no-build") { Description = "The server's programs are built already." };

    public ChaosCommand()
        : base("chaos", "Kill, freeze, stop and part the processes of a cluster under players, and judge what they saw. Exit code 1 when anything was not as the scenario expects.")
    {
        Add(_scenario);
        Option[] options = [_list, _seed, _runs, _out, _postgres, _compose, _other, _noBuild];
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

        // Ctrl+C is listened to as soon as this has waited for something once: before anything is started.
        await Task.Yield();
        if (!parsed.GetValue(_noBuild) && !parsed.GetValue(_compose))
        {
            await BuildAsync(cancellation);
        }

        await using var databases = new RunDatabases(parsed.GetValue(_postgres), scenario.Cluster.Fsync);
        var passed = parsed.GetValue(_runs) == 1
            ? (await RunAsync(parsed, scenario, parsed.GetValue(_seed), databases, cancellation)).Passed
            : await RunAllAsync(parsed, scenario, databases, cancellation);
        return passed ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>One run after another. One that cannot be carried out has failed, and the next is made all the same.</summary>
    private async Task<bool> RunAllAsync(ParseResult parsed, Scenario scenario, RunDatabases databases, CancellationToken cancellation)
    {
        var file = Path.Combine(parsed.GetRequiredValue(_out).FullName, $"{scenario.Name}-runs");
        var (results, faults) = (new List<RunResult>(), new List<FaultSpan>());
        foreach (var seed in Enumerable.Range(parsed.GetValue(_seed), parsed.GetValue(_runs)))
        {
            try
            {
                var report = await RunAsync(parsed, scenario, seed, databases, cancellation);
                results.Add(RunResult.Of(report));
                faults.AddRange(report.Timeline.Faults);
            }
            catch (Exception e) when (Program.IsExpected(e) && !cancellation.IsCancellationRequested)
            {
                Console.Error.WriteLine(e.Message);
                results.Add(RunResult.NotCarriedOut(seed, e.Message));

                // Its PostgreSQL may be in any state: the next run starts another.
                await databases.DisposeAsync();
            }

            // Each time, so that a long series that is cancelled leaves what it has shown.
            var soFar = RunsSummary.Of(scenario.Name, results, faults);
            JsonReport.Write(soFar, $"{file}.json");
            await File.WriteAllTextAsync($"{file}.md", soFar.ToString(), cancellation);
        }

        var summary = RunsSummary.Of(scenario.Name, results, faults);
        Console.Out.WriteLine();
        Console.Out.Write(summary);
        Console.Out.WriteLine($"Summary: {file}.md. The worst run: {FolderOf(parsed, scenario, summary.WorstSeed)}");
        return summary.Passed;
    }

    private async Task<ChaosReport> RunAsync(ParseResult parsed, Scenario scenario, int seed, RunDatabases databases, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(FolderOf(parsed, scenario, seed)).FullName;
        Console.Error.WriteLine($"{scenario.Name}, seed {seed}: starting {scenario.Cluster.Silos} silos and {scenario.Cluster.Gateways} gateways");
        await using IChaosCluster cluster = parsed.GetValue(_compose)
            ? await ComposeCluster.StartAsync(scenario, folder)
            : await ProcessCluster.StartAsync(scenario, databases, Repository.ProgramOf(TestServices), folder, parsed.GetValue(_other)?.FullName, cancellation);
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
            Console.Out.WriteLine($"{scenario.Name,-32} {string.Join(' ', scenario.Covers),-8} {scenario.Description}");
        }
    }

    private static async Task BuildAsync(CancellationToken cancellation)
    {
        foreach (var project in Programs)
        {
            var start = new ProcessStartInfo("dotnet", ["build", Path.Combine(Repository.Root, project), "-c", Repository.Configuration, .. QuietBuild]) { RedirectStandardOutput = true };
            using var build = Process.Start(start)!;
            await using var ending = cancellation.Register(() => build.Kill(entireProcessTree: true));
            var output = await build.StandardOutput.ReadToEndAsync(cancellation);
            await build.WaitForExitAsync(cancellation);
            if (build.ExitCode != 0)
            {
                throw new InvalidDataException($"{project} does not build:\n{output}");
            }
        }
    }
}
