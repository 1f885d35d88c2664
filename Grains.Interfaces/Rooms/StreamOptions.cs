using System.ComponentModel.DataAnnotations;

namespace GameCluster.Rooms;

/// <summary>
/// How much the stream of a room or group keeps for members that miss something; what is older or more is dropped from the old end, and those who lack it are told by resync. Section
/// <c>GameCluster:Rooms:Stream</c>.
/// </summary>
public sealed class StreamOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "GameCluster:Rooms:Stream";

    /// <summary>How long a numbered message is kept. Default 60 s: as long as a session waits for its client.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Age { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The most numbered messages. Default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int Messages { get; set; } = 1024;

    /// <summary>The most bytes of numbered messages, and again of latest values. Default 256 KiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int Bytes { get; set; } = 256 * 1024;

    /// <summary>The most values of messages of which only the newest matters. Default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int LatestKeys { get; set; } = 1024;
}
