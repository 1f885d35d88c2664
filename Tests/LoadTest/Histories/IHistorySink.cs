namespace GameCluster.LoadTest.Histories;

/// <summary>Takes what clients see.</summary>
internal interface IHistorySink
{
    /// <summary>Takes an event, whose time is now. May be called by many threads.</summary>
    void Record(HistoryEvent happened);
}
