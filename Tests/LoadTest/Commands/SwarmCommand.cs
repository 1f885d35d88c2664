using System.CommandLine;
using System.CommandLine.Parsing;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>swarm</c>: players in rooms who lose their connections and come back.</summary>
internal sealed class SwarmCommand : Command
{
    private static readonly SwarmSettings Defaults = new() { Urls = [] };

    private readonly Option<Uri[]> _url = new("--url")
    {
        Description = "Gateway, ws://host:port/path. Repeat it: bots come back at another one.",
        Required = true,
        CustomParser = static result => [.. result.Tokens.Select(token => Parsing.Url(token.Value, result))],
    };

    private readonly Option<string> _game = new("--game") { Description = "Whose rooms: board, board.durable, or stage, account or account.durable of the test services.", DefaultValueFactory = static _ => BoardGame.Name };

    private readonly Option<int> _bodyBytes = Parsing.Positive("--body-bytes", 1, "With --game stage: the least length of what is published.");

    private readonly Option<int> _rooms = Parsing.Positive("--rooms", Defaults.Rooms, "Rooms.");

    private readonly Option<int> _members = Parsing.Positive("--members", Defaults.Members, "Bots in each room.");

    private readonly Option<double> _rate = Parsing.Number("--rate", Defaults.Rate, "Publishes per second in each room.");

    private readonly Option<int> _seed = new("--seed") { Description = "Makes all that bots decide by chance repeat.", DefaultValueFactory = static _ => Defaults.Seed };

    private readonly Option<int> _connectRate = Parsing.Positive("--connect-rate", Defaults.ConnectRate, "Connections opened per second at most, at the beginning.");

    private readonly Option<TimeSpan> _warmUp = Parsing.Duration("--warm-up", Defaults.WarmUp, "Time that is not measured.");

    private readonly Option<TimeSpan> _duration = Parsing.Duration("--duration", Defaults.Duration, "Length of the measured time.", mayBeZero: false);

    private readonly Option<TimeSpan> _cutEvery = Parsing.Duration("--cut-every", TimeSpan.Zero, "Mean time between two cuts of a bot's connection by itself; 0 for none.");

    private readonly Option<TimeSpan> _leaveEvery = Parsing.Duration("--leave-every", TimeSpan.Zero, "Mean time after which a bot leaves its room and joins again; 0: it stays.");

    private readonly Option<double> _slow = Parsing.Number("--slow", 0, "Share of the bots, 0 to 1, that stop reading now and then.");

    private readonly Option<TimeSpan> _slowFor = Parsing.Duration("--slow-for", Defaults.SlowFor, "How long those do not read, and then read.");

    private readonly Option<TimeSpan> _timeout = Parsing.Duration("--timeout", Defaults.Timeout, "An answer that takes longer never comes.", mayBeZero: false);

    private readonly Option<TimeSpan> _grace = Parsing.Duration("--grace", Defaults.Grace, "How long the bots stay after the last publish; the checks' grace as well.");

    private readonly Option<bool> _idle = new("--idle") { Description = "No rooms: hold --members sessions that say nothing, and report the server's memory per session, connected and away." };

    private readonly Option<int> _prime = Parsing.Positive("--prime", 100, "With --idle: sessions opened first and not counted.");

    private readonly Option<int[]> _serverPids = new("--server-pid") { Description = "Process of the server on this machine. Repeat it for several.", DefaultValueFactory = static _ => [] };

    private readonly Option<FileInfo?> _serverPidFile = new("--server-pid-file") { Description = "File with lines of a name and a process id, read anew every second: servers that come and go." };

    private readonly Option<FileInfo?> _history = new("--history") { Description = "Record everything the bots see in this file, and check it in the end." };

    private readonly Option<FileInfo?> _json = new("--json") { Description = "Write the report as JSON to this file." };

    public SwarmCommand()
        : base("swarm", "Run players of version 1 in rooms, cut their connections, and report what they missed. Exit code 1 when a promise was broken.")
    {
        Option[] options =
        [
            _url, _game, _bodyBytes, _rooms, _members, _rate, _seed, _connectRate, _warmUp, _duration, _cutEvery, _leaveEvery, _slow, _slowFor, _timeout, _grace, _idle, _prime, _serverPids, _serverPidFile,
            _history, _json,
        ];
        foreach (var option in options)
        {
            Add(option);
        }

        _game.AcceptOnlyFromAmong([.. SwarmGames.Names]);
        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = Settings(parsed);
        var servers = new ServerProcesses(parsed.GetValue(_serverPids)!, parsed.GetValue(_serverPidFile)?.FullName);
        if (parsed.GetValue(_idle))
        {
            var idle = await new IdleSessions(settings, parsed.GetValue(_prime), servers, Console.Error).ExecuteAsync(cancellation);
            return Publish(parsed, idle, idle.IsFaultless);
        }

        var file = parsed.GetValue(_history);
        SwarmReport report;
        using (var history = file is null ? null : new HistoryWriter(file.FullName))
        {
            var sink = history ?? (IHistorySink)new NoHistory();
            report = await new SwarmRun(settings, Game(parsed), sink, servers, Console.Error).ExecuteAsync(null, cancellation);
        }

        var exitCode = Publish(parsed, report, report.IsFaultless);
        if (file is null)
        {
            return exitCode;
        }

        var verdict = Verdict.Of(HistoryReader.Read(file.FullName), new CheckLimits { Grace = settings.Grace });
        Console.Out.Write(verdict);
        return verdict.Passed ? exitCode : ExitCode.Failure;
    }

    private ISwarmGame Game(ParseResult parsed) => SwarmGames.Of(parsed.GetValue(_game)!, parsed.GetValue(_bodyBytes));

    private SwarmSettings Settings(ParseResult parsed) => new()
    {
        Urls = parsed.GetRequiredValue(_url),
        Rooms = parsed.GetValue(_rooms),
        Members = parsed.GetValue(_members),
        Rate = parsed.GetValue(_rate),
        Seed = parsed.GetValue(_seed),
        ConnectRate = parsed.GetValue(_connectRate),
        WarmUp = parsed.GetValue(_warmUp),
        Duration = parsed.GetValue(_duration),
        CutEvery = parsed.GetValue(_cutEvery),
        LeaveEvery = parsed.GetValue(_leaveEvery),
        SlowShare = parsed.GetValue(_slow),
        SlowFor = parsed.GetValue(_slowFor),
        Timeout = parsed.GetValue(_timeout),
        Grace = parsed.GetValue(_grace),
    };

    private int Publish<T>(ParseResult parsed, T report, bool isFaultless)
    {
        Console.Out.Write(report);
        if (parsed.GetValue(_json) is { } file)
        {
            JsonReport.Write(report, file.FullName);
        }

        return isFaultless ? ExitCode.Success : ExitCode.Failure;
    }
}
