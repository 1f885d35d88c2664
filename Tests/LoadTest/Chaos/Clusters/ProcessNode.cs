using System.Net;
using System.Text.Json;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>A silo or a gateway. What ends of itself is started again, as a container engine does.</summary>
/// <param name="name">Its name in scenarios, which need not be the process' own.</param>
/// <param name="cluster">Where it is started again.</param>
/// <param name="others">Asked whether they see it.</param>
/// <param name="otherBuild">The folder of <see cref="BuildKind.Other"/>.</param>
internal sealed class ProcessNode(string name, GameProcess process, ClusterOfProcesses cluster, Func<IEnumerable<ProcessNode>> others, string? otherBuild) : INode
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);

    private readonly Lock _gate = new();
    private bool _mayEnd;

    public string Name => name;

    public GameProcess Process => process;

    public Task KillAsync()
    {
        LetEnd();
        return process.KillAsync();
    }

    public Task StopAsync()
    {
        LetEnd();
        return process.StopAsync();
    }

    public Task FreezeAsync()
    {
        process.Freeze();
        return Task.CompletedTask;
    }

    public Task ThawAsync()
    {
        process.Thaw();
        return Task.CompletedTask;
    }

    public void UseBuild(BuildKind build) => process.UseBuild(build == BuildKind.Own
        ? Repository.Root
        : otherBuild ?? throw new InvalidOperationException("There is no other build."));

    public Task StartAsync()
    {
        lock (_gate)
        {
            _mayEnd = false;
            cluster.StartAgain(process);
        }

        return Task.CompletedTask;
    }

    public Task ReadyAsync() => Wait.UntilAsync(
        async () => await ServesAsync() && await AnySeesAsync(), LongestStart, $"{Name} to serve, and to be seen by another process", () => process.Output);

    /// <summary>Starts it again if it has ended of itself.</summary>
    /// <returns>Its exit code if so, else null.</returns>
    public int? Supervise()
    {
        lock (_gate)
        {
            if (_mayEnd || !process.HasExited)
            {
                return null;
            }

            var code = process.ExitCode;
            cluster.StartAgain(process);
            return code;
        }
    }

    private void LetEnd()
    {
        lock (_gate)
        {
            _mayEnd = true;
        }
    }

    private async Task<bool> ServesAsync()
    {
        try
        {
            return !process.HasExited && await process.StatusOfAsync("readyz") == HttpStatusCode.OK;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> AnySeesAsync()
    {
        var asked = false;
        foreach (var other in others().Where(other => other != this && !other.Process.HasExited))
        {
            try
            {
                asked = true;
                if ((await ClusterOfProcesses.ActiveSilosAsync(other.Process)).Contains(process.Name))
                {
                    return true;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
            {
                // It is starting, or stands still: ask the next.
            }
        }

        return !asked;
    }
}
