namespace GameCluster.Routing;

/// <summary>How the route grain reaches the gateways that subscribed.</summary>
public interface IRouteListeners
{
    /// <summary>Hands a gateway a newer table. May fail or hang: the caller waits a bounded time and then forgets the gateway, which asks by itself now and then.</summary>
    ValueTask NotifyAsync(SiloAddress gateway, RouteSnapshot snapshot);
}
