namespace GameCluster.LoadTest.Network;

/// <summary>The network between the processes of a cluster. All of them reach the database, whatever is done here.</summary>
internal interface INetwork
{
    /// <summary>
    /// From now on no process of one side reaches one of the other, in neither direction, old connections included. With <paramref name="oneWay"/> only what <paramref name="one"/> says does not
    /// arrive: it hears the others.
    /// </summary>
    /// <returns>Heals it.</returns>
    Task<IAsyncDisposable> PartitionAsync(IReadOnlyList<string> one, IReadOnlyList<string> other, bool oneWay = false);
}
