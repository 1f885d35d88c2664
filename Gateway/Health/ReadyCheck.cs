using GameCluster.Gateway.Routing;
using GameCluster.Gateway.Sessions;
using GameCluster.Watch;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GameCluster.Gateway.Health;

/// <summary>Ready when clients can be served: joined to the cluster, not draining, and with routes to send messages by.</summary>
internal sealed class ReadyCheck(GatewayState state, RouteTableSource routes, ClusterWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var result = (state.IsDraining, state.IsServing, routes.Current.Version) switch
        {
            (true, _, _) => HealthCheckResult.Unhealthy("draining"),
            (_, false, _) => HealthCheckResult.Unhealthy("not joined to the cluster yet"),
            (_, _, 0) => HealthCheckResult.Unhealthy("no route table yet: no silo has been reached"),
            _ when watch.IsShortOfMemory => HealthCheckResult.Unhealthy("short of memory: no new sessions"),
            _ => HealthCheckResult.Healthy("serving"),
        };
        return Task.FromResult(result);
    }
}
