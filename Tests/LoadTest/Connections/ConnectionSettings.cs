namespace GameCluster.LoadTest.Connections;

/// <summary>Which connections to open, and how fast.</summary>
internal sealed record ConnectionSettings
{
    /// <summary>The servers; connection n goes to the one at n modulo their number. Only <c>ws</c>.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    public int Count { get; init; } = 64;

    /// <summary>Connections opened per second at most.</summary>
    public int ConnectRate { get; init; } = 1000;

    public IReadOnlyList<OpeningMessage> Opening { get; init; } = [];

    /// <summary>How long to wait for a connection, an opening message's reply, or any reply, before it counts as failed or lost.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
