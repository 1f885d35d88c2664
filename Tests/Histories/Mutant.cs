using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.Histories;

/// <summary>A bug of a server, as its clients would see it: a change to a correct history.</summary>
/// <param name="Name">What the server does wrong.</param>
/// <param name="CaughtBy">The check that has to notice.</param>
/// <param name="Places">Where in a history it can happen: indices of events.</param>
/// <param name="Apply">Lets it happen at one of them.</param>
internal sealed record Mutant(string Name, string CaughtBy, Func<List<HistoryEvent>, IEnumerable<int>> Places, Action<List<HistoryEvent>, int> Apply)
{
    public override string ToString() => Name;
}
