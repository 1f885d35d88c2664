using System.Text.Json.Serialization;

namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>What is done to a cluster while players are on it, and what must hold all the same. The form of the file is in docs/chaos.md.</summary>
internal sealed record Scenario
{
    /// <summary>The file's name without its ending.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    /// <summary>What it shows, in a sentence or two.</summary>
    public required string Description { get; init; }

    /// <summary>The rows of the fault matrix that it covers.</summary>
    public IReadOnlyList<string> Covers { get; init; } = [];

    public ClusterSpec Cluster { get; init; } = new();

    public PlayersSpec Players { get; init; } = new();

    /// <summary>How long players publish; longer where the faults take longer.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long players stay after the last publish, so that it reaches everybody.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    public required IReadOnlyList<FaultSpec> Faults { get; init; }

    public Expectations Expect { get; init; } = new();
}
