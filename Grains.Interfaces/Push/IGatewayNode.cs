using GameCluster.Routing;
using GameCluster.Services;
using GameCluster.Sessions;
using Orleans.Services;

namespace GameCluster.Push;

/// <summary>
/// The way back to clients: one per gateway process, addressed by that process' silo address. Everything a silo has for one gateway
/// travels through one outbox with one call under way, so it arrives in order.
/// </summary>
[Alias("gamecluster.IGatewayNode")]
public interface IGatewayNode : IGrainService
{
    /// <summary>Replies to calls that came through a silo's ingress, in any order; each names the ticket of its call.</summary>
    [Alias("Complete")]
    ValueTask CompleteAsync(LaneCompletion[] completions);

    /// <summary>Queues pushes on their sockets, in order. One result per push.</summary>
    [Alias("Push")]
    ValueTask<PushResult[]> PushAsync(PushDelivery[] pushes);

    /// <summary>
    /// Queues what streams of rooms and groups have for sessions of this gateway, in order. Returns the sessions that it does not carry. A delivery
    /// that comes twice does no harm.
    /// </summary>
    [Alias("Deliver")]
    ValueTask<SessionId[]> DeliverAsync(StreamDelivery[] deliveries);

    /// <summary>
    /// The sessions follow a stream no more, after what was delivered of it so far. Those that are not carried here are ignored, as is the word of an earlier life of the stream than is known.
    /// </summary>
    [Alias("CloseStream")]
    ValueTask CloseStreamAsync(GrainId stream, SessionId[] sessions, long epoch);

    /// <summary>Queues one frame for every session of this gateway. Returns how many took it.</summary>
    [Alias("Broadcast")]
    ValueTask<int> BroadcastAsync(int messageId, byte[] body);

    /// <summary>Closes a session with a reason the client can read. False if this gateway does not carry it.</summary>
    [Alias("Kick")]
    ValueTask<bool> KickAsync(SessionId session, string reason);

    /// <summary>Another gateway, or another connection, carries the session since <paramref name="epoch"/>: an earlier connection here is closed.</summary>
    [Alias("TakeOver")]
    ValueTask TakeOverAsync(SessionId session, long epoch);

    /// <summary>What this gateway knows of a session that it carries, or that it could not tell its grain of yet that the client is gone. Null: neither.</summary>
    [Alias("Find")]
    ValueTask<SessionAttachment?> FindAsync(SessionId session);

    /// <summary>At most <paramref name="limit"/> sessions with an id above <paramref name="after"/>, ordered by id.</summary>
    [Alias("ListSessions")]
    ValueTask<SessionSummary[]> ListSessionsAsync(SessionId after, int limit);

    /// <summary>How many sessions this gateway carries and which route table it uses.</summary>
    [Alias("GetStatus")]
    ValueTask<GatewayStatus> GetStatusAsync();

    /// <summary>A newer route table is in force.</summary>
    [Alias("RoutesChanged")]
    ValueTask RoutesChangedAsync(RouteSnapshot snapshot);
}
