namespace GameCluster.Gateway.Storage;

/// <summary>Asks all the time whether the others have taken this member for dead; the reading itself ends the process then. See <see cref="EvictionFence"/>.</summary>
internal sealed partial class EvictionWatch(IMembershipTable members, ILocalSiloDetails self, TimeProvider time, ILogger<EvictionWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(EvictionFence.AskInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await members.ReadRowAsync(self.SiloAddress, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "This member could not ask whether it has been evicted")]
    private partial void LogFailed(Exception failure);
}
