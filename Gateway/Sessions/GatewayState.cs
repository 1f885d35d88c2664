using GameCluster.Gateway.Routing;

namespace GameCluster.Gateway.Sessions;

/// <summary>Whether this gateway takes new clients.</summary>
internal sealed class GatewayState(RouteTableSource routes)
{
    private volatile bool _started;
    private volatile bool _draining;

    /// <summary>Joined to the cluster, with routes to send messages by, and not stopping.</summary>
    public bool IsServing => _started && !_draining && routes.Current.Version > 0;

    public bool IsDraining => _draining;

    public void Start() => _started = true;

    public void Drain() => _draining = true;
}
