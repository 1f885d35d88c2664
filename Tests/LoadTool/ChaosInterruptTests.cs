using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using GameCluster.LoadTest.Echo;

namespace GameCluster.Tests.LoadTool;

/// <summary>Ctrl+C while <c>chaos</c> runs, as real processes see it.</summary>
[CancelAfter(180_000)]
[SupportedOSPlatform("linux")]
internal sealed class ChaosInterruptTests
{
    private const string Scenario =
        """{"description":"d","cluster":{"silos":1,"gateways":1},"players":{"rooms":1,"members":2},"faults":[{"do":"kill","target":"database","at":"1s","for":"100s"}]}""";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeftLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<string> _errors = new();
    private string _folder;

    [SetUp]
    public void MakeFolder()
    {
        if (!OperatingSystem.IsLinux() || PostgresBinaries.Find() is null)
        {
            const string Reason = "This needs Linux, and the programs of a PostgreSQL.";
            throw Environment.GetEnvironmentVariable("CI") == "true" ? new AssertionException(Reason) : new IgnoreException(Reason);
        }

        _errors.Clear();
        _folder = Directory.CreateTempSubdirectory("gamecluster-interrupt-").FullName;
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(_folder, "mine.json"), Scenario);
        Directory.CreateDirectory(Temporary, (UnixFileMode)0b111_101_101);
    }

    private string Temporary => Path.Combine(_folder, "tmp");

    [TestCase("starting 1 silos", "", TestName = "SigInt_WhileTheDatabaseIsMade_EndsEverything")]
    [TestCase("are in their rooms", "", TestName = "SigInt_ToTheToolAlone_EndsEverything")]
    [TestCase("  database", "-", TestName = "SigInt_ToAllProcessesWithoutADatabase_EndsEverything", Description = "as a terminal does it")]
    public async Task SigInt(string moment, string group, CancellationToken cancellation)
    {
        using var chaos = Start();
        try
        {
            await Wait.UntilAsync(() => Errors.Contains(moment, StringComparison.Ordinal) || chaos.HasExited, StartLimit, moment, () => Errors);
            var started = StartedBy(chaos.Id);

            await RunAsync("kill", "-INT", "--", $"{group}{chaos.Id}");

            await Wait.UntilAsync(() => chaos.HasExited, EndLimit, "an end", () => $"{Errors}\n{string.Join('\n', StartedBy(chaos.Id))}");
            await chaos.WaitForExitAsync(cancellation);
            Assert.That(chaos.ExitCode, Is.EqualTo(1), () => Errors);
            Assert.That(Errors, Does.Not.Contain("   at ").And.Not.Contain("Unhandled"), "a text for people");
            await Wait.UntilAsync(() => Left(started, chaos.Id).Count == 0, LeftLimit, "everything that it has started to be gone", () => $"{Errors}\n{string.Join('\n', Left(started, chaos.Id))}");
        }
        finally
        {
            chaos.Kill(entireProcessTree: true);
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Processes and folders. The runtime's own files are left by any process that is killed.</summary>
    private List<string> Left(List<Stat> started, int session) =>
    [
        .. started.Where(static process => StatOf($"{process.Id}") is not null).Concat(StartedBy(session)).Select(static process => $"{process}"),
        .. Directory.EnumerateFileSystemEntries(Temporary, "gamecluster-*"),
    ];

    private string Errors => string.Join('\n', _errors);

    /// <summary>In a session of its own, whose number is that of the process. Whoever runs the tests may ignore the signal; this must not.</summary>
    private Process Start()
    {
        string[] command =
        [
            "--default-signal=INT", "setsid", "dotnet", typeof(EchoServer).Assembly.Location, "chaos", Path.Combine(_folder, "mine.json"), "--no-build", "--out", Path.Combine(_folder, "reports"),
        ];
        var chaos = new Process { StartInfo = new ProcessStartInfo("env", command) { RedirectStandardError = true, Environment = { ["TMPDIR"] = Temporary } } };
        chaos.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        chaos.Start();
        chaos.BeginErrorReadLine();
        return chaos;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero);
    }

    /// <summary>All processes of its session, and all that they have started, but itself.</summary>
    private static List<Stat> StartedBy(int session)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(static folder => Path.GetFileName(folder)).Where(static name => int.TryParse(name, out _)).Select(StatOf).OfType<Stat>().ToList();
        var found = all.Where(process => process.Session == session && process.Id != session).ToList();
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(all.Where(process => process.Parent == found[i].Id && !found.Contains(process)).ToList());
        }

        return found;
    }

    /// <summary>Name in parentheses, state, parent, group, session. One that has ended and was not waited for is none.</summary>
    private static Stat? StatOf(string id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : new Stat(Number(id), text[text.IndexOf('(', StringComparison.Ordinal)..(text.LastIndexOf(')') + 1)], Number(fields[1]), Number(fields[3]));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Stat(int Id, string Name, int Parent, int Session);
}
