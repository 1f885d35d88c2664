using GameCluster.Routing;

namespace GameCluster.Gateway.Routing;

/// <summary>
/// Subscribes this gateway to route tables again and again: the cluster tells it of changes, and what it missed it gets here. While the cluster does not answer, the table
/// in force stays.
/// </summary>
internal sealed partial class RouteTableRefresher(
    IGrainFactory grains, ILocalSiloDetails silo, RouteTableSource source, TimeProvider time, ILogger<RouteTableRefresher> logger) : BackgroundService
{
    /// <summary>How often a gateway asks.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>How often it asks until it has been answered once: it cannot serve without a table.</summary>
    internal static readonly TimeSpan FirstPeriod = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private bool _answeredOnce;
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host must not wait for the cluster.
        await Task.Yield();
        try
        {
            while (true)
            {
                await RefreshAsync(stoppingToken);
                await Task.Delay(_answeredOnce ? Period : FirstPeriod, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task RefreshAsync(CancellationToken stoppingToken)
    {
        try
        {
            var subscribing = grains.GetGrain<IRouteGrain>(IRouteGrain.Key).SubscribeAsync(silo.SiloAddress, source.Current.Version).AsTask();
            if (await subscribing.WaitAsync(AnswerTimeout, time, stoppingToken) is { } snapshot)
            {
                source.Apply(snapshot);
            }

            if (_failing)
            {
                LogAnswered(source.Current.Version);
            }

            (_answeredOnce, _failing) = (true, false);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_failing)
            {
                LogFailed(source.Current.Version, e);
            }

            _failing = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cluster does not answer for route tables; table {Version} stays, and this gateway keeps asking")]
    private partial void LogFailed(long version, Exception exception);

    [LoggerMessage(LogLevel.Information, "The cluster answers for route tables again; table {Version} is in force")]
    private partial void LogAnswered(long version);
}
