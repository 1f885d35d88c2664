using GameCluster.Gateway.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GameCluster.Gateway.Health;

/// <summary>Ready when PostgreSQL answers. That it does not is no reason to turn clients away: see <see cref="HealthEndpoints"/>.</summary>
internal sealed class DatabaseCheck(DatabaseWatch database) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Failure is { } failure
            ? HealthCheckResult.Unhealthy($"PostgreSQL has not answered for {database.Away.TotalSeconds:0} s: {failure}")
            : HealthCheckResult.Healthy("PostgreSQL answers"));
}
