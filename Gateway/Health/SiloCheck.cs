using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GameCluster.Gateway.Health;

/// <summary>Ready when the process is an active member of the cluster.</summary>
internal sealed class SiloCheck(ISiloStatusOracle membership) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(membership.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy("active")
            : HealthCheckResult.Unhealthy($"the silo is {membership.CurrentStatus}"));
}
