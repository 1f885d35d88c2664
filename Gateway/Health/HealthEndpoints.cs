using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace GameCluster.Gateway.Health;

/// <summary>
/// <c>/healthz</c>: the process is alive. <c>/readyz</c>: everything it needs is there, or it says what is not. <c>/readyz/serving</c>: it serves clients, which it
/// goes on doing while the database is away; for whoever would take all gateways from their clients at once if <c>/readyz</c> said no.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Checks that <c>/readyz</c> asks.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Checks that <c>/readyz/serving</c> asks.</summary>
    public const string ServingTag = "serving";

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = static _ => false });
        endpoints.MapHealthChecks("/readyz", ChecksWith(ReadyTag));
        endpoints.MapHealthChecks("/readyz/serving", ChecksWith(ServingTag));
    }

    private static HealthCheckOptions ChecksWith(string tag) => new()
    {
        Predicate = check => check.Tags.Contains(tag),
        ResponseWriter = static (context, report) =>
            context.Response.WriteAsync(string.Join('\n', report.Entries.Select(static entry => $"{entry.Key}: {entry.Value.Description}"))),
    };
}
