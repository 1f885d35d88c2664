namespace GameCluster.Gateway.Routing;

/// <summary>What the route table says about a client's message id.</summary>
internal enum RouteOutcome
{
    /// <summary>No route covers the id.</summary>
    Unknown,

    /// <summary>The id is routed to a service that does not handle it.</summary>
    NotHandled,

    /// <summary>Only the server sends the id, or it is the protocol's.</summary>
    Forbidden,

    /// <summary>The service handles the id.</summary>
    Routed,
}
