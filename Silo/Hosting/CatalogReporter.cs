using GameCluster.Routing;
using GameCluster.Services;

namespace GameCluster.Silo.Hosting;

/// <summary>Tells the cluster which services this silo has, once it has joined; that is all a new game needs to be routed.</summary>
internal sealed partial class CatalogReporter(
    ServiceCatalog catalog,
    IGrainFactory grains,
    ILocalSiloDetails silo,
    TimeProvider time,
    ILogger<CatalogReporter> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryReportAsync())
        {
            await Task.Delay(RetryDelay, time, stoppingToken);
        }
    }

    private async Task<bool> TryReportAsync()
    {
        try
        {
            var change = await grains.GetGrain<IRouteGrain>(IRouteGrain.Key).ReportCatalogAsync(silo.Name, [.. catalog.Services]);
            switch (change.Status)
            {
                case RouteChangeStatus.NotStored:
                    LogRetry(logger, string.Join("; ", change.Problems));
                    return false;
                case RouteChangeStatus.Invalid:
                    LogRefused(logger, string.Join("; ", change.Problems));
                    return true;
                default:
                    return true;
            }
        }
        catch (Exception exception)
        {
            LogRetry(logger, exception.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The services of this silo are not routed, as the route table with them would be wrong: {Problems}")]
    private static partial void LogRefused(ILogger logger, string problems);

    [LoggerMessage(Level = LogLevel.Information, Message = "The services of this silo are not reported yet and will be: {Reason}")]
    private static partial void LogRetry(ILogger logger, string reason);
}
