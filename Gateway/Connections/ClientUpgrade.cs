using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace GameCluster.Gateway.Connections;

/// <summary>Kestrel's upgrade of a request, of which comes a <see cref="ClientStream"/>.</summary>
internal sealed class ClientUpgrade(IHttpUpgradeFeature upgrade, IConnectionSocketFeature connection) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    /// <summary>What came of it.</summary>
    public ClientStream? Stream { get; private set; }

    public async Task<Stream> UpgradeAsync()
    {
        var stream = await upgrade.UpgradeAsync();
        connection.Socket.Blocking = false;
        return Stream = new ClientStream(stream, connection.Socket);
    }

    /// <summary>To be done before the WebSocket middleware looks at the request. One whose bytes are encrypted on their way to the socket stays as it is.</summary>
    public static void Offer(HttpContext context)
    {
        var features = context.Features;
        if (features.Get<ITlsConnectionFeature>() is null
            && features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade
            && features.Get<IConnectionSocketFeature>() is { } connection)
        {
            features.Set<IHttpUpgradeFeature>(new ClientUpgrade(upgrade, connection));
        }
    }
}
