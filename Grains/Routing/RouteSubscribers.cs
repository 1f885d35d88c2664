using Microsoft.Extensions.Logging;

namespace GameCluster.Routing;

/// <summary>
/// The gateways to tell of a new table, in memory only: a gateway subscribes every other second, so one that does not answer, or has not asked for
/// <see cref="Expiry"/>, is forgotten without harm.
/// </summary>
internal sealed partial class RouteSubscribers(IRouteListeners listeners, TimeProvider time, ILogger logger)
{
    /// <summary>How long a change waits for gateways before it is answered.</summary>
    private static readonly TimeSpan NotifyTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(30);

    private readonly Dictionary<SiloAddress, long> _lastAsked = [];

    public SiloAddress[] All => [.. _lastAsked.Keys];

    public void Add(SiloAddress gateway)
    {
        _lastAsked[gateway] = time.GetTimestamp();
        foreach (var silent in _lastAsked.Where(known => time.GetElapsedTime(known.Value) > Expiry).Select(known => known.Key).ToArray())
        {
            _lastAsked.Remove(silent);
        }
    }

    /// <summary>Tells all of them at once. Never fails, and takes no longer than <see cref="NotifyTimeout"/>.</summary>
    public Task NotifyAsync(RouteSnapshot snapshot) => Task.WhenAll(_lastAsked.Keys.ToArray().Select(gateway => NotifyAsync(gateway, snapshot)));

    private async Task NotifyAsync(SiloAddress gateway, RouteSnapshot snapshot)
    {
        try
        {
            await listeners.NotifyAsync(gateway, snapshot).AsTask().WaitAsync(NotifyTimeout, time);
        }
        catch (Exception e)
        {
            _lastAsked.Remove(gateway);
            LogDropped(gateway, snapshot.Version, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Gateway {Gateway} did not take route table {Version}; it will ask for it by itself")]
    private partial void LogDropped(SiloAddress gateway, long version, Exception exception);
}
