namespace GameCluster.LoadTest.Histories;

/// <summary>Keeps nothing: for runs that measure what a server can do.</summary>
internal sealed class NoHistory : IHistorySink
{
    public void Record(HistoryEvent happened)
    {
        // Kept nowhere, by intention.
    }
}
