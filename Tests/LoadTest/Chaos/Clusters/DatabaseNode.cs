using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Processes;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>The database of a cluster, which is the cluster's alone.</summary>
internal sealed class DatabaseNode(PostgresInstance instance) : INode
{
    public string Name => Targets.Database;

    public Task KillAsync() => instance.StopAsync(immediate: true);

    public Task StopAsync() => instance.StopAsync(immediate: false);

    public Task FreezeAsync() => instance.PauseAsync();

    public Task ThawAsync() => instance.ResumeAsync();

    public void UseBuild(BuildKind build) => throw new InvalidDataException("build: the database has none.");

    public Task StartAsync() => instance.StartAsync();

    // A start completes when it accepts connections.
    public Task ReadyAsync() => Task.CompletedTask;
}
