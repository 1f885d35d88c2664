using GameCluster.Push;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GameCluster.Sessions;

/// <summary>Tells this silo's session grains of gateways that have left the cluster: their clients are away then, or gone.</summary>
internal sealed partial class GatewayWatcher(IClusterMembershipService membership, LocalSessions sessions, IGrainFactory grains, ILogger<GatewayWatcher> logger) : BackgroundService
{
    private const int Parallel = 64;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var gone = new HashSet<SiloAddress>();
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var left = snapshot.Members.Values.Where(member => member.Status == SiloStatus.Dead && gone.Add(member.SiloAddress)).ToList();
            gone.RemoveWhere(silo => !snapshot.Members.ContainsKey(silo));
            foreach (var member in left)
            {
                _ = TellAsync(member.SiloAddress, stoppingToken);
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
        await System.Threading.Tasks.Parallel.ForEachAsync(left, options, async (session, _) => await TellAsync(session, gateway));
    }

    private async Task TellAsync(SessionId session, SiloAddress gateway)
    {
        try
        {
            await grains.GetGrain<ISessionGrain>(session.Value).GatewayGoneAsync(gateway);
        }
        catch (Exception exception)
        {
            LogNotTold(logger, session, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Gateway {Gateway} has gone: {Count} sessions wait for their clients or end")]
    private static partial void LogGatewayGone(ILogger logger, SiloAddress gateway, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} could not be told that its gateway has gone: {Reason}")]
    private static partial void LogNotTold(ILogger logger, SessionId session, string reason);
}
