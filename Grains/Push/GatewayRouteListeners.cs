using GameCluster.Routing;

namespace GameCluster.Push;

/// <summary>Tells gateways of new routes through the way back to them.</summary>
internal sealed class GatewayRouteListeners(GatewayNodeClient gateways) : IRouteListeners
{
    public ValueTask NotifyAsync(SiloAddress gateway, RouteSnapshot snapshot) => gateways.At(gateway).RoutesChangedAsync(snapshot);
}
