using System.ComponentModel;
using System.Diagnostics;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>Runs docker, and its compose, in the repository's folder.</summary>
/// <param name="environment">Variables that the compose file reads.</param>
internal sealed class DockerCommand(string project, IReadOnlyDictionary<string, string> environment)
{
    private const string Docker = "docker";
    private const string Compose = "compose";
    private const string StandaloneCompose = "docker-compose";

    private bool? _hasPlugin;

    /// <exception cref="InvalidDataException">There is no docker, or the command failed; the text has its output.</exception>
    public Task<string> RunAsync(params string[] arguments) => RunAsync(Docker, arguments);

    /// <summary>By docker's plugin, or by the program of its own that compose is on some machines.</summary>
    public async Task<string> ComposeAsync(params string[] arguments)
    {
        _hasPlugin ??= await HasPluginAsync();
        return _hasPlugin.Value ? await RunAsync(Docker, [Compose, "-p", project, .. arguments]) : await RunAsync(StandaloneCompose, ["-p", project, .. arguments]);
    }

    private async Task<bool> HasPluginAsync()
    {
        try
        {
            await RunAsync(Docker, [Compose, "version"]);
            return true;
        }
        catch (InvalidDataException e) when (e.InnerException is null)
        {
            return false;
        }
    }

    private async Task<string> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
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
                : throw new InvalidDataException($"'{program} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}: {await errors}");
        }
        catch (Win32Exception e)
        {
            throw new InvalidDataException($"--compose needs docker with its compose plugin, or docker-compose: {e.Message}", e);
        }
    }
}
