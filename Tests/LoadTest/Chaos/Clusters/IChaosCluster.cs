using GameCluster.LoadTest.Network;

namespace GameCluster.LoadTest.Chaos.Clusters;

/// <summary>A cluster that things can be done to.</summary>
internal interface IChaosCluster : IAsyncDisposable
{
    /// <summary>What kind of cluster it is, for the report.</summary>
    string Description { get; }

    /// <summary>Silos, gateways and the database, if that is the cluster's own.</summary>
    IReadOnlyDictionary<string, INode> Nodes { get; }

    /// <summary>Null if it cannot be disturbed here.</summary>
    INetwork? Network { get; }

    /// <summary>Where clients connect, now.</summary>
    IReadOnlyList<Uri> Urls { get; }

    /// <summary>The processes that run now, where they can be measured.</summary>
    IEnumerable<(string Name, int Pid)> Processes { get; }

    /// <summary>Processes that have ended though nobody told them to, with the time in the history's clock. They are started again.</summary>
    ValueTask<IReadOnlyList<(long At, string What)>> ExitsAsync();

    /// <summary>The admin port of some gateway, with the key.</summary>
    HttpClient Admin { get; }
}
