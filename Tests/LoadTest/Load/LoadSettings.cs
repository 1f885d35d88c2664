using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Load;

/// <summary>What a load run does.</summary>
internal sealed record LoadSettings
{
    public required ConnectionSettings Connections { get; init; }

    /// <summary>Closed loop: requests each connection keeps unanswered. Not used when <see cref="Rate"/> is set.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>Open loop: requests per second over all connections; null for a closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Time over which the load rises to its full height, before the warm-up.</summary>
    public TimeSpan Ramp { get; init; }

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Length of the measured window.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    public int MessageId { get; init; } = 40000;

    public required RequestBody Body { get; init; }

    /// <summary>Replies must equal their requests and come in the order sent.</summary>
    public bool Verify { get; init; }

    /// <summary>Server processes on this machine, whose CPU time and memory are read.</summary>
    public IReadOnlyList<int> ServerPids { get; init; } = [];
}
