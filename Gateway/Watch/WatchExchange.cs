using GameCluster.Watch;

namespace GameCluster.Gateway.Watch;

/// <summary>Tells the cluster once a second what this process has seen of harm, and takes what others have. While the cluster does not answer, what is known stays.</summary>
internal sealed partial class WatchExchange(IGrainFactory grains, ILocalSiloDetails silo, ClusterWatch watch, TimeProvider time, ILogger<WatchExchange> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host must not wait for the cluster.
        await Task.Yield();
        try
        {
            using var timer = new PeriodicTimer(Period, time);
            do
            {
                await ExchangeAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task ExchangeAsync(CancellationToken stoppingToken)
    {
        try
        {
            var report = watch.Report(silo.SiloAddress, silo.Name);
            watch.Apply(report, await grains.GetGrain<IWatchGrain>(IWatchGrain.Key).ExchangeAsync(report).AsTask().WaitAsync(AnswerTimeout, time, stoppingToken));
            _failing = false;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_failing)
            {
                LogFailed(exception.Message);
            }

            _failing = true;
        }
    }

    [LoggerMessage(LogLevel.Information, "The cluster does not answer for its quarantine; what is known stays, and this process keeps asking: {Reason}")]
    private partial void LogFailed(string reason);
}
