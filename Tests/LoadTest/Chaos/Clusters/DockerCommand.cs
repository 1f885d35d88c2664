using System.ComponentModel;
using System.Diagnostics;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>Runs docker, and its compose, in the repository's folder.</summary>
/// <param name="environment">Variables that the compose file reads.</param>
internal sealed class DockerCommand(string project, IReadOnlyDictionary<string, string> environment)
{
    /// <exception cref="InvalidDataException">There is no docker, or the command failed; the text has its output.</exception>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? (await output).Trim()
                : throw new InvalidDataException($"'docker {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}: {await errors}");
        }
        catch (Win32Exception e)
        {
            throw new InvalidDataException($"--compose needs docker with its compose plugin: {e.Message}", e);
        }
    }

    public Task<string> ComposeAsync(params string[] arguments) => RunAsync(["compose", "-p", project, .. arguments]);
}
