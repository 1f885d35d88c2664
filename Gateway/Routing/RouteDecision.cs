namespace GameCluster.Gateway.Routing;

/// <summary>Where a client's message goes and what must be so before it may. Without a service unless it is routed or the routed service does not handle it.</summary>
internal readonly record struct RouteDecision(RouteOutcome Outcome, ServiceRoute? Service = null)
{
    /// <summary>Whether the session must have logged in.</summary>
    public bool LoginRequired { get; init; }

    /// <summary>Whether handling it twice does no harm.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether any grain of the service will do.</summary>
    public bool Stateless { get; init; }
}
