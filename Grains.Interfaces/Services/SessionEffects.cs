namespace GameCluster.Services;

/// <summary>What handlers changed about their session; the gateway applies it before the replies leave. Null members change nothing.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionEffects")]
public sealed class SessionEffects
{
    /// <summary>The player who logged in, or the empty string for a logout.</summary>
    [Id(0)]
    public string? Player { get; init; }

    /// <summary>Service name to room key; a null key unbinds.</summary>
    [Id(1)]
    public Dictionary<string, string?>? Rooms { get; init; }

    /// <summary>Close the connection with this reason once the replies have left.</summary>
    [Id(2)]
    public string? CloseReason { get; init; }

    /// <summary>Streams the session begins or ceases to follow, in order.</summary>
    [Id(3)]
    public StreamChange[]? Streams { get; init; }
}
