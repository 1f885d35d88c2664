using System.ComponentModel.DataAnnotations;

namespace GameCluster.Watch;

/// <summary>When a handler counts as harmful, and when a process counts as full. The same in every process of a cluster. Section <c>GameCluster:Watch</c>.</summary>
public sealed class WatchOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "GameCluster:Watch";

    /// <summary>A handler, step or hook that takes longer is named in the log. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan WarnAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>One that holds a thread for longer puts its grain in quarantine. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan RunLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>One that waits for longer, without a thread, puts its grain in quarantine; after that the grain begins anew. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a quarantine lasts, unless an operator ends it; of a handler that still holds its thread it does not end. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan QuarantineTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A grain goes into quarantine when so many processes died while it handled the same message, within ten minutes of each other; a durable room when so many silos in a row began to do its
    /// inputs again and never ended. Default 2.
    /// </summary>
    [Range(1, 100)]
    public int DeathsBeforeQuarantine { get; set; } = 2;

    /// <summary>Where a silo keeps the account of what runs, which outlives its death; relative to the working folder. Empty: none. Default <c>gamecluster-data</c>.</summary>
    public string AccountFolder { get; set; } = "gamecluster-data";

    /// <summary>A process that uses more memory takes no new rooms, sessions or grains. Default 0: 85 % of what the machine or the container gives it.</summary>
    [Range(0, long.MaxValue)]
    public long MemoryLimitBytes { get; set; }
}
