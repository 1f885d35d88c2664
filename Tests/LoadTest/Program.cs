using System.CommandLine;
using System.Net.Sockets;
using GameCluster.LoadTest.Commands;

namespace GameCluster.LoadTest;

/// <summary>The command line. A class in a namespace, so that it does not clash with other programs in a test project.</summary>
internal static class Program
{
    /// <summary>What was started has that long to end after Ctrl+C.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(60);

    internal static async Task<int> Main(string[] arguments)
    {
        var root = new RootCommand("Load tool for servers that speak the game protocol over WebSocket.")
        {
            new RunCommand(), new IdleCommand(), new FanOutCommand(), new EchoServerCommand(), new CheckCommand(), new SwarmCommand(), new HerdCommand(), new ChaosCommand(),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }

            Console.Error.WriteLine("See --help.");
            return ExitCode.WrongArguments;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = LongestEnd });
        }
        catch (Exception e) when (IsExpected(e))
        {
            Console.Error.WriteLine(e is OperationCanceledException ? "Cancelled." : e.Message);
            return ExitCode.Failure;
        }
    }

    /// <summary>Whether it is no bug of this program: its text is all that somebody needs to know.</summary>
    internal static bool IsExpected(Exception e) =>
        e is IOException or InvalidDataException or SocketException or HttpRequestException or TimeoutException or OperationCanceledException;
}
