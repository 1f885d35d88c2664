using System.CommandLine;
using GameCluster.LoadTest.Echo;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>echo-server</c>: the baseline to compare with.</summary>
internal sealed class EchoServerCommand : Command
{
    private readonly Option<int> _port = new("--port") { Description = "Port on 127.0.0.1; 0 takes a free one." };

    private readonly Option<bool> _zeroByteReads = new("--zero-byte-reads")
    {
        Description = "Rent a buffer only when data is there, instead of 4 KiB per connection.",
    };

    private readonly Option<bool> _fanOut = new("--fan-out")
    {
        Description = "Write each message to every connection instead of back: the baseline for rooms.",
    };

    public EchoServerCommand()
        : base("echo-server", "Run a bare WebSocket echo, the baseline for comparisons. Prints its pid, port and url, and runs until it is told to stop.")
    {
        Add(_port);
        Add(_zeroByteReads);
        Add(_fanOut);
        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var port = parsed.GetValue(_port);
        await using var server = parsed.GetValue(_fanOut)
            ? await EchoServer.StartFanOutAsync(port, cancellation)
            : await EchoServer.StartAsync(port, parsed.GetValue(_zeroByteReads), cancellation);
        var url = EchoServer.Url(server);
        Console.WriteLine($"echo-server pid={Environment.ProcessId} port={url.Port} url={url}");
        await server.WaitForShutdownAsync(cancellation);
        return ExitCode.Success;
    }
}
