using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace GameCluster.Gateway.Health;

/// <summary><c>/healthz</c>: the process is alive. <c>/readyz</c>: it can serve, or says why not.</summary>
internal static class HealthEndpoints
{
    public const string ReadyTag = "ready";

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = static _ => false });
        endpoints.MapHealthChecks("/readyz", new HealthCheckOptions
        {
            Predicate = static check => check.Tags.Contains(ReadyTag),
            ResponseWriter = static (context, report) =>
                context.Response.WriteAsync(string.Join('\n', report.Entries.Select(static entry => $"{entry.Key}: {entry.Value.Description}"))),
        });
    }
}
