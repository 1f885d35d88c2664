using System.Text.Json;
using System.Text.Json.Serialization;

namespace GameCluster.Gateway.Admin;

/// <summary>The operators' API below <c>/admin/v1</c>, and obEspoir's greeting at <c>/</c>.</summary>
internal static class AdminEndpoints
{
    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddSingleton<ClusterView>();
        services.AddSingleton<AdminPush>();
        services.AddSingleton<ServiceHosts>();
        services.AddSingleton<ServiceHttp>();
        services.AddOpenApi();
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(static options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;

            // A misspelt member must not pass for the default: a rollback without a version would empty the table.
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
    }

    /// <summary>
    /// Sends what no endpoint is for to the services' own endpoints. Not an endpoint itself, which would win over the answers that another method or another
    /// kind of body is needed. To be called behind routing and authentication.
    /// </summary>
    public static void UseServiceHttp(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices.GetRequiredService<ServiceHttp>();
        app.Use((context, next) => context.GetEndpoint() is null ? services.HandleAsync(context) : next(context));
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
        admin.MapPush();
        admin.MapRooms();
        admin.MapRoutes();
        admin.MapQuarantine();
    }
}
