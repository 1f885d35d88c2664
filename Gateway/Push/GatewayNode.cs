using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Routing;
using GameCluster.Gateway.Sessions;
using GameCluster.Push;
using GameCluster.Routing;
using GameCluster.Services;
using GameCluster.Sessions;
using Orleans.Concurrency;

namespace GameCluster.Gateway.Push;

/// <inheritdoc cref="IGatewayNode"/>
[Reentrant] // Every method only reads or hands over to classes that are safe from any thread; pushes to single sessions are queued before the first await.
internal sealed class GatewayNode(
    GrainId id,
    Orleans.Runtime.Silo silo,
    ILoggerFactory loggers,
    ILocalSiloDetails local,
    SessionTable sessions,
    IngressLinks links,
    RouteTableSource routes,
    GatewayState state,
    GatewayMetrics metrics) : GrainService(id, silo, loggers), IGatewayNode
{
    private readonly FanOut _fanOut = new(sessions);

    public ValueTask CompleteAsync(LaneCompletion[] completions)
    {
        // On the thread pool: this service is single-threaded, and lanes are independent of each other.
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Node.Complete(work.Completions), (Node: this, Completions: completions), preferLocal: true);
        return ValueTask.CompletedTask;
    }

    public ValueTask<PushResult[]> PushAsync(PushDelivery[] pushes) => ValueTask.FromResult(Array.ConvertAll(pushes, Deliver));

    public ValueTask<SessionId[]> DeliverAsync(StreamDelivery[] deliveries) => _fanOut.DeliverAsync(deliveries);

    public ValueTask CloseStreamAsync(GrainId stream, SessionId[] following, long epoch)
    {
        foreach (var id in following)
        {
            if (sessions.TryGet(id, out var session))
            {
                session.CloseStream(stream, epoch);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<int> BroadcastAsync(int messageId, byte[] body) => new(_fanOut.BroadcastAsync(messageId, body));

    public ValueTask<bool> KickAsync(SessionId session, string reason)
    {
        if (!sessions.TryGet(session, out var found))
        {
            return ValueTask.FromResult(false);
        }

        found.Kick(reason);
        return ValueTask.FromResult(true);
    }

    public ValueTask TakeOverAsync(SessionId session, long epoch)
    {
        if (sessions.TryGet(session, out var found) && found.Epoch < epoch)
        {
            found.OnTakenOver();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<SessionAttachment?> FindAsync(SessionId session) =>
        ValueTask.FromResult((sessions.TryGet(session, out var found) || sessions.TryGetAway(session, out found)) && found.MayComeBack ? found.Attachment : null);

    public ValueTask<SessionSummary[]> ListSessionsAsync(SessionId after, int limit) => ValueTask.FromResult<SessionSummary[]>(
    [
        .. sessions.All
            .Where(session => string.CompareOrdinal(session.Id.ToString(), after.ToString()) > 0)
            .OrderBy(static session => session.Id.ToString(), StringComparer.Ordinal)
            .Take(limit)
            .Select(session => session.Summarise(local.SiloAddress)),
    ]);

    public ValueTask<GatewayStatus> GetStatusAsync() => ValueTask.FromResult(
        new GatewayStatus(local.SiloAddress, local.Name, ProgramVersion.Current, sessions.Count, routes.Current.Version, state.IsDraining));

    public ValueTask RoutesChangedAsync(RouteSnapshot snapshot)
    {
        routes.Apply(snapshot);
        return ValueTask.CompletedTask;
    }

    private void Complete(LaneCompletion[] completions)
    {
        foreach (var completion in completions)
        {
            links.Complete(completion);
        }
    }

    private PushResult Deliver(PushDelivery push)
    {
        var result = sessions.TryGet(push.Session, out var session)
            ? session.Pass(push) switch
            {
                SendResult.Queued => PushResult.Queued,
                SendResult.SlowConsumer => PushResult.SlowConsumer,
                _ => PushResult.NoSession,
            }
            : PushResult.NoSession;
        metrics.OnPush(result);
        return result;
    }
}
