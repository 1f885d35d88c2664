using GameCluster.Placement;
using GameCluster.Routing;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace GameCluster.Push;

/// <summary>
/// Tells gateways of new routes through the way back to them. Every process asks for tables, as each answers the services' HTTP requests, but one that takes no clients
/// has no such way: it asks again in a moment.
/// </summary>
internal sealed class GatewayRouteListeners(GatewayNodeClient gateways, ISiloMetadataCache metadata) : IRouteListeners
{
    public ValueTask NotifyAsync(SiloAddress gateway, RouteSnapshot snapshot) =>
        TakesNoClients(gateway) ? ValueTask.CompletedTask : gateways.At(gateway).RoutesChangedAsync(snapshot);

    private bool TakesNoClients(SiloAddress process) =>
        metadata.GetSiloMetadata(process).Metadata.TryGetValue(ServiceRole.MetadataKey, out var roles) && !ServiceRole.IsAmong(ServiceRole.Gateway, roles);
}
