using System.Diagnostics;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Client;

/// <summary>One run of Node in the folder of the JavaScript client.</summary>
internal static class NodeRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs to the end and returns the exit code and everything that was written.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(InstalledProgram.Node(), arguments)
        {
            WorkingDirectory = Path.Combine(RepositoryFile.Root, "Client", "js"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"node {string.Join(' ', arguments)} has not ended within {Limit.TotalSeconds} s:\n{await output}{await errors}");
        }

        return (process.ExitCode, await output + await errors);
    }
}
