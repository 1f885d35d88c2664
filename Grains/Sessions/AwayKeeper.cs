using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GameCluster.Sessions;

/// <summary>
/// Sees to it that sessions whose client was away when their silo died go on waiting elsewhere, and end when their time is up, though their client never asks for them. The silos share the
/// work: each stored session is adopted by one of them. What one leaves undone is found again when the session's time is up.
/// </summary>
internal sealed partial class AwayKeeper(
    IClusterMembershipService membership, IGrainFactory grains, TimeProvider time, ILogger<AwayKeeper> logger, ISessionStore? store = null) : BackgroundService
{
    private const int Portion = 256;
    private const int Parallel = 16;
    private const int CleanPortion = 1_000;

    /// <summary>How often the members are looked at.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How often stored sessions are looked for though no member has come or gone.</summary>
    private static readonly TimeSpan CalmPeriod = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Period, time);
        var seen = MembershipVersion.MinValue;
        var lookedAt = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var members = membership.CurrentSnapshot;
            if (members.Version == seen && time.GetElapsedTime(lookedAt) < CalmPeriod)
            {
                continue;
            }

            try
            {
                await AdoptAsync(store, members, stoppingToken);
                await store.CleanAsync(CleanPortion);
                (seen, lookedAt) = (members.Version, time.GetTimestamp());
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotLooked(logger, exception.Message);
            }
        }
    }

    private async Task AdoptAsync(ISessionStore sessions, ClusterMembershipSnapshot members, CancellationToken stoppingToken)
    {
        var gone = members.Members.Values.Where(static member => member.Status == SiloStatus.Dead).Select(static member => member.SiloAddress).ToList();
        var (count, startedAt) = (0, time.GetTimestamp());
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken };
        IReadOnlyList<SessionId> portion;
        do
        {
            portion = await sessions.AdoptAsync(gone, Portion);
            count += portion.Count;
            await System.Threading.Tasks.Parallel.ForEachAsync(portion, options, (session, _) => WakeAsync(session));
        }
        while (portion.Count == Portion);

        if (count > 0)
        {
            LogAdopted(logger, count, time.GetElapsedTime(startedAt));
        }
    }

    private async ValueTask WakeAsync(SessionId session)
    {
        try
        {
            await grains.GetGrain<Push.ISessionGrain>(session.Value).WakeAsync();
        }
        catch (Exception exception)
        {
            LogNotWoken(logger, session, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} sessions whose client is away had lost their silo and go on, after {Elapsed}")]
    private static partial void LogAdopted(ILogger logger, int count, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session}, which has lost its silo, does not go on yet: {Reason}")]
    private static partial void LogNotWoken(ILogger logger, SessionId session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether sessions have lost their silo cannot be told at the moment: {Reason}")]
    private static partial void LogNotLooked(ILogger logger, string reason);
}
