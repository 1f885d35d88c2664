using System.ComponentModel.DataAnnotations;

namespace GameCluster.Sessions;

/// <summary>How long sessions of protocol version 1 outlive their connection. The same in every process of a cluster. Section <c>GameCluster:Sessions</c>.</summary>
public sealed class SessionOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "GameCluster:Sessions";

    /// <summary>How long a session waits for its client to come back, and how long a push is kept for it. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan WindowTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The most pushes that are kept for one session until its client has acknowledged them. Default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int WindowMessages { get; set; } = 1024;

    /// <summary>The most bytes of them. Default 256 KiB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int WindowBytes { get; set; } = 256 * 1024;

    /// <summary>The most bytes that one process keeps for all its sessions, rooms and groups; beyond it what is kept for those goes first whose clients have been away for longest. Default 256 MiB.</summary>
    [Range(1024 * 1024, long.MaxValue)]
    public long WindowBudgetBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>What happens at a login of a player who is logged in already. Default: the earlier session is kicked.</summary>
    public SecondLogin SecondLogin { get; set; } = SecondLogin.KickOld;
}
