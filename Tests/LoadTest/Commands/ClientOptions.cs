using System.CommandLine;
using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Commands;

/// <summary>The options that all commands with connections share.</summary>
internal sealed class ClientOptions
{
    private readonly Option<Uri[]> _url = new("--url")
    {
        Description = "Server, ws://host:port/path. Repeat it for several gateways; connections are spread over them.",
        Required = true,
        CustomParser = result => [.. result.Tokens.Select(token => Parsing.Url(token.Value, result))],
    };

    private readonly Option<int> _connections = Parsing.Positive("--connections", 64, "Number of connections.");

    private readonly Option<int> _connectRate = Parsing.Positive("--connect-rate", 1000, "Connections opened per second at most.");

    private readonly Option<OpeningMessage[]> _login = new("--login")
    {
        Description = "Message each connection sends first, and whose reply it awaits, as id:body; {index} becomes the connection's number. "
            + "Repeat it for several, in order.",
        CustomParser = result => [.. result.Tokens.Select(token => Parsing.Opening(token.Value, result))],
        DefaultValueFactory = _ => [],
    };

    private readonly Option<TimeSpan> _timeout =
        Parsing.Duration("--timeout", TimeSpan.FromSeconds(5), "How long a connection, a login or a reply may take before it counts as failed or lost.", mayBeZero: false);

    private readonly Option<int[]> _serverPids = new("--server-pid")
    {
        Description = "Process of the server on this machine, whose CPU time and memory are read (Linux). Repeat it for several.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<FileInfo?> _json = new("--json") { Description = "Write the report as JSON to this file." };

    private readonly Option<int> _threads =
        Parsing.Positive("--threads", Math.Max(1, Environment.ProcessorCount / 2), "Threads that handle socket events.");

    public ClientOptions(Command command)
    {
        Option[] options = [_url, _connections, _connectRate, _login, _timeout, _serverPids, _json, _threads];
        foreach (var option in options)
        {
            command.Add(option);
        }

        _serverPids.Validators.Add(result =>
        {
            foreach (var pid in result.GetValueOrDefault<int[]>() ?? [])
            {
                if (!File.Exists($"/proc/{pid}/stat"))
                {
                    result.AddError($"--server-pid {pid}: no such process on this machine, or no /proc. Leave it out for a remote server.");
                }
            }
        });
    }

    public ConnectionSettings Connections(ParseResult parsed) => new()
    {
        Urls = parsed.GetRequiredValue(_url),
        Count = parsed.GetValue(_connections),
        ConnectRate = parsed.GetValue(_connectRate),
        Opening = parsed.GetValue(_login)!,
        Timeout = parsed.GetValue(_timeout),
    };

    public int[] ServerPids(ParseResult parsed) => parsed.GetValue(_serverPids)!;

    /// <summary>
    /// Handles socket events on the threads that wait for them instead of handing each to the thread pool, which saves a switch of threads per
    /// event. Our handlers never block. Must come before the process's first socket; settings in the environment win.
    /// </summary>
    public void ApplyThreads(ParseResult parsed)
    {
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", $"{parsed.GetValue(_threads)}");

        static void SetDefault(string name, string value) =>
            Environment.SetEnvironmentVariable(name, Environment.GetEnvironmentVariable(name) ?? value);
    }

    /// <summary>Prints the report, writes it as JSON where asked, and turns it into the exit code.</summary>
    public int Publish<T>(ParseResult parsed, T report, bool isFaultless)
    {
        Console.Out.Write(report);
        if (parsed.GetValue(_json) is { } file)
        {
            JsonReport.Write(report, file.FullName);
        }

        return isFaultless ? ExitCode.Success : ExitCode.Failure;
    }
}
