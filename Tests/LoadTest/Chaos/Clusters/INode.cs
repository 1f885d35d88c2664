using GameCluster.LoadTest.Chaos.Scenarios;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>A process of the cluster, or its database.</summary>
internal interface INode
{
    string Name { get; }

    /// <summary>It ends at once. Completes when it has.</summary>
    Task KillAsync();

    /// <summary>It is asked to end, and completes when it has.</summary>
    Task StopAsync();

    /// <summary>It stands still; its connections stay open.</summary>
    Task FreezeAsync();

    Task ThawAsync();

    /// <summary>From where it is started from the next time on.</summary>
    /// <exception cref="InvalidDataException">There is no choice; the text says why.</exception>
    void UseBuild(BuildKind build);

    /// <summary>It is started again, after its end.</summary>
    Task StartAsync();

    /// <summary>Completes when it serves, in its own eyes and in those of the others.</summary>
    Task ReadyAsync();
}
