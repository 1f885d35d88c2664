namespace GameCluster.Gateway.Admin;

/// <summary>The operators' API below <c>/admin/v1</c>, and obEspoir's greeting at <c>/</c>.</summary>
internal static class AdminEndpoints
{
    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddSingleton<ClusterView>();
        services.AddSingleton<ServiceHttp>();
        services.AddOpenApi();
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(static options => options.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
    }

    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/", [HttpMethods.Get, HttpMethods.Post], static () => TypedResults.Text("hello", "text/html")).ExcludeFromDescription();
        endpoints.MapOpenApi().RequireAuthorization();
        endpoints.MapPrometheusScrapingEndpoint().RequireAuthorization();

        var admin = endpoints.MapGroup("/admin/v1").RequireAuthorization().WithTags("admin");
        admin.AddEndpointFilter(static (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return next(context);
        });
        admin.MapGet("/status", static (ClusterView cluster) => cluster.GetStatusAsync()).WithSummary("Silos, gateways, sessions, activations and versions.");
        admin.MapSessions();
        admin.MapRoutes();

        endpoints.MapFallback(static (HttpContext context, ServiceHttp services) => services.HandleAsync(context)).ExcludeFromDescription();
    }
}
