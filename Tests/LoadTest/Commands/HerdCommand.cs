using System.CommandLine;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>herd</c>: sessions that all lose their connections at once.</summary>
internal sealed class HerdCommand : Command
{
    private static readonly SwarmSettings Defaults = new() { Urls = [] };

    private readonly Option<Uri[]> _url = new("--url")
    {
        Description = "Gateway, ws://host:port/path. Repeat it: clients come back at another one.",
        Required = true,
        CustomParser = static result => [.. result.Tokens.Select(token => Parsing.Url(token.Value, result))],
    };

    private readonly Option<int> _sessions = Parsing.Positive("--sessions", 10_000, "Sessions.");

    private readonly Option<int> _connectRate = Parsing.Positive("--connect-rate", Defaults.ConnectRate, "Sessions opened per second at most, at the beginning.");

    private readonly Option<TimeSpan> _settle = Parsing.Duration("--settle", TimeSpan.FromSeconds(5), "Time between the last session's begin and the cut.");

    private readonly Option<TimeSpan> _limit = Parsing.Duration("--limit", TimeSpan.FromSeconds(60), "How long it may take until all are back.", mayBeZero: false);

    private readonly Option<int> _seed = new("--seed") { Description = "Makes the clients' random pauses repeat.", DefaultValueFactory = static _ => Defaults.Seed };

    private readonly Option<int[]> _serverPids = new("--server-pid") { Description = "Process of the server on this machine. Repeat it for several.", DefaultValueFactory = static _ => [] };

    private readonly Option<FileInfo?> _json = new("--json") { Description = "Write the report as JSON to this file." };

    public HerdCommand()
        : base("herd", "Cut the connections of many sessions of version 1 at once, and report how they came back. Exit code 1 when one did not.")
    {
        Option[] options = [_url, _sessions, _connectRate, _settle, _limit, _seed, _serverPids, _json];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = new SwarmSettings
        {
            Urls = parsed.GetRequiredValue(_url),
            Members = parsed.GetValue(_sessions),
            ConnectRate = parsed.GetValue(_connectRate),
            Grace = parsed.GetValue(_settle),
            Seed = parsed.GetValue(_seed),
        };
        var servers = new ServerProcesses(parsed.GetValue(_serverPids)!, null);
        var report = await new HerdRun(settings, parsed.GetValue(_limit), servers, Console.Error).ExecuteAsync(cancellation);
        Console.Out.Write(report);
        if (parsed.GetValue(_json) is { } file)
        {
            JsonReport.Write(report, file.FullName);
        }

        return report.IsFaultless ? ExitCode.Success : ExitCode.Failure;
    }
}
