using Microsoft.AspNetCore.Http.Features;

namespace GameCluster.Gateway.Connections;

/// <summary>Gives the WebSocket of a request a <see cref="GatheringStream"/>.</summary>
internal sealed class GatheringUpgrade(IHttpUpgradeFeature server) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => server.IsUpgradableRequest;

    /// <summary>Null until the request has been upgraded.</summary>
    public GatheringStream? Stream { get; private set; }

    public async Task<Stream> UpgradeAsync() => Stream = new GatheringStream(await server.UpgradeAsync());

    /// <summary>Before the middleware for WebSockets, which looks for the feature once.</summary>
    public static Task UseAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } server)
        {
            context.Features.Set<IHttpUpgradeFeature>(new GatheringUpgrade(server));
        }

        return next(context);
    }
}
