using System.ComponentModel.DataAnnotations;

namespace GameCluster.Rooms;

/// <summary>What durable rooms keep, and for how long. Configuration section <c>GameCluster:Rooms</c>; the same in every process.</summary>
public sealed class RoomOptions
{
    /// <summary>Where these options stand in the configuration.</summary>
    public const string SectionName = "GameCluster:Rooms";

    /// <summary>How many entries a durable room writes between two snapshots; opening it elsewhere replays as many at most. Default 500 entries.</summary>
    [Range(1, 1_000_000)]
    public int SnapshotEvery { get; set; } = 500;

    /// <summary>How long the entries of a room that is over are kept as its recording. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "between 0 and 3650 days")]
    public TimeSpan RecordingTime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many of its newest entries are kept of an open room as its recording; those since its last snapshot always are. Default 100,000 entries.</summary>
    [Range(0, 1_000_000_000)]
    public int RecordingEntries { get; set; } = 100_000;
}
