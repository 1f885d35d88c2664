using GameCluster.Gateway.Routing;
using GameCluster.Services;
using GameCluster.Watch;

namespace GameCluster.Gateway.Admin;

/// <summary>
/// The services' own HTTP endpoints, on the operators' port of every process that has routes. A request needs the admin key unless its service says otherwise.
/// </summary>
internal sealed class ServiceHttp(RouteTableSource routes, IGrainFactory grains, ClusterWatch watch)
{
    private static readonly string AnyKey = PoolKey.Of(0);

    public async Task HandleAsync(HttpContext context)
    {
        var (service, endpoint) = Find(context.Request.Method, context.Request.Path.Value ?? "");
        if (service is null || endpoint is null)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, $"no service answers {context.Request.Method} {context.Request.Path}");
            return;
        }

        if (!endpoint.AllowAnonymous && context.User.Identity is not { IsAuthenticated: true })
        {
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, "the admin key is missing or wrong: send it as 'Authorization: Bearer KEY'");
            return;
        }

        if (KeyFor(service, context.Request.Query["key"]) is not { } key)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, $"service {service.Name} has a grain per {service.Key}: name it with the query parameter 'key'");
            return;
        }

        if (watch.HasAny && watch.TryFind(service.CreateGrainId(key), out _))
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, $"{service.Name} '{key}' is in quarantine");
            return;
        }

        await CallAsync(context, service, key);
    }

    private (ServiceRoute? Service, HttpEndpointDescriptor? Endpoint) Find(string method, string path)
    {
        foreach (var service in routes.Current.Services)
        {
            var endpoint = Array.Find(service.Descriptor.HttpEndpoints, endpoint =>
                string.Equals(endpoint.Method, method, StringComparison.OrdinalIgnoreCase) && endpoint.Path == path);
            if (endpoint is not null)
            {
                return (service, endpoint);
            }
        }

        return (null, null);
    }

    private async Task CallAsync(HttpContext context, ServiceRoute service, string key)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var query = context.Request.Query.ToDictionary(static entry => entry.Key, static entry => entry.Value.ToString());
        var call = new HttpCall(context.Request.Method, context.Request.Path.Value!, query, body.ToArray());
        try
        {
            var reply = await grains.GetGrain<IServiceGrain>(service.CreateGrainId(key)).HandleHttpAsync(call);
            context.Response.StatusCode = reply.Status;
            context.Response.ContentType = reply.ContentType;
            await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, $"service {service.Name} did not answer");
        }
    }

    private static string? KeyFor(ServiceRoute service, string? named) => service.Key switch
    {
        ServiceKey.Fixed => service.Descriptor.FixedKey,
        ServiceKey.Stateless => AnyKey,
        _ => string.IsNullOrEmpty(named) ? null : named,
    };

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }
}
