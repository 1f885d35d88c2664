namespace GameCluster.Watch;

/// <summary>
/// Knows for the whole cluster which grains are in quarantine and which processes are short of memory. One grain, key 0: every process tells it what it has seen and is told
/// the whole, once a second. The quarantine is stored.
/// </summary>
[Alias("gamecluster.IWatchGrain")]
public interface IWatchGrain : IGrainWithIntegerKey
{
    /// <summary>The key of the one grain there is.</summary>
    const long Key = 0;

    /// <summary>Takes a report and gives the whole.</summary>
    [Alias("Exchange")]
    ValueTask<WatchSnapshot> ExchangeAsync(WatchReport report);

    /// <summary>What is in quarantine.</summary>
    [Alias("GetQuarantine")]
    ValueTask<QuarantineEntry[]> GetQuarantineAsync();

    /// <summary>Ends a quarantine. False if there is none.</summary>
    [Alias("Release")]
    ValueTask<bool> ReleaseAsync(GrainId grain);
}
