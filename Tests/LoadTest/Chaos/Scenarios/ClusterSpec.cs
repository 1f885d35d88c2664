namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>The cluster that a scenario runs on.</summary>
internal sealed record ClusterSpec
{
    public int Silos { get; init; } = 3;

    public int Gateways { get; init; } = 2;

    /// <summary>Whether the database waits for the disk, as in production.</summary>
    public bool Fsync { get; init; }

    /// <summary>Settings of all processes, by their key in the configuration.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
