using GameCluster.Placement;
using GameCluster.Push;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GameCluster.Sessions;

/// <summary>Tells this silo's session grains of gateways that have left the cluster: their clients are away then, or gone.</summary>
internal sealed partial class GatewayWatcher(IClusterMembershipService membership, LocalSessions sessions, IGrainFactory grains, TimeProvider time, ILogger<GatewayWatcher> logger) : BackgroundService
{
    private const int Parallel = 64;
    private const int Attempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (_, left) in membership.FollowAsync(stoppingToken))
        {
            foreach (var gateway in left)
            {
                _ = TellAsync(gateway, stoppingToken);
            }
        }
    }

    private async Task TellAsync(SiloAddress gateway, CancellationToken stoppingToken)
    {
        var left = sessions.At(gateway);
        if (left.Count == 0)
        {
            return;
        }

        LogGatewayGone(logger, gateway, left.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(left, options, async (session, stopping) => await TellAsync(session, gateway, stopping));
    }

    private async Task TellAsync(SessionId session, SiloAddress gateway, CancellationToken stoppingToken)
    {
        // Nobody says it again: a session that was not told would wait for ever.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await grains.GetGrain<ISessionGrain>(session.Value).GatewayGoneAsync(gateway);
                return;
            }
            catch (Exception exception) when (attempt + 1 == Attempts)
            {
                LogNotTold(logger, session, exception.Message);
                return;
            }
            catch (Exception)
            {
                await Task.Delay(FirstPause * (1 << attempt), time, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Gateway {Gateway} has gone: {Count} sessions wait for their clients or end")]
    private static partial void LogGatewayGone(ILogger logger, SiloAddress gateway, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} could not be told that its gateway has gone: {Reason}")]
    private static partial void LogNotTold(ILogger logger, SessionId session, string reason);
}
