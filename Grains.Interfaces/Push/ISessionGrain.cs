namespace GameCluster.Push;

/// <summary>
/// One session, wherever its client is connected: which gateway carries it, what it needs to go on at another one, and the pushes its client has not
/// acknowledged. Keyed by the session id. It is not on the path of requests and replies. Every attachment has a number, the epoch; what comes from an
/// earlier one is refused.
/// </summary>
[Alias("gamecluster.ISessionGrain")]
public interface ISessionGrain : IGrainWithGuidKey
{
    /// <summary>
    /// A gateway carries the session: a new one, or again because the silo that held this grain may have gone. False if another gateway carries it by now
    /// or it has ended.
    /// </summary>
    [Alias("Enter")]
    ValueTask<bool> AttachAsync(SessionAttachment attachment);

    /// <summary>A client that has lost its connection wants to go on at another gateway, or at the same.</summary>
    [Alias("Resume")]
    ValueTask<SessionResumption> ResumeAsync(SessionTakeover takeover);

    /// <summary>
    /// The client has the session's own stream up to <paramref name="lastNumber"/>. What follows is on its way to the gateway before anything newer; if it
    /// is not kept any more, the answer says where the stream goes on. Null for an earlier epoch.
    /// </summary>
    [Alias("Flow")]
    ValueTask<SessionFlow?> FlowAsync(long epoch, uint lastNumber);

    /// <summary>Keeps what handlers changed about the session. A login is measured by the policy for second logins first.</summary>
    [Alias("Save")]
    ValueTask<SessionSaveResult> SaveAsync(long epoch, SessionRecord record);

    /// <summary>The client has spoken on its new connection, and so has the new token: the earlier one is void.</summary>
    [Alias("Confirm")]
    ValueTask ConfirmAsync(long epoch);

    /// <summary>The client has the session's own stream up to this number.</summary>
    [Alias("Ack")]
    ValueTask AckAsync(long epoch, uint number);

    /// <summary>The connection is lost; the session waits for its client. False if the grain knows no such session: its silo has gone, and the gateway is to attach first.</summary>
    [Alias("Away")]
    ValueTask<bool> AwayAsync(long epoch);

    /// <summary>
    /// The session is over. <paramref name="told"/>: its services know already. Throws if the grain knows no such session: its silo has gone, and the gateway is to attach first.
    /// </summary>
    [Alias("End")]
    ValueTask EndAsync(long epoch, bool told);

    /// <summary>Whether the session has not ended: its client is connected, or may come back.</summary>
    [Alias("IsThere")]
    ValueTask<bool> IsThereAsync();

    /// <summary>Ends the session wherever it is, and tells its client why. False if there is none.</summary>
    [Alias("Kick")]
    ValueTask<bool> KickAsync(string reason);

    /// <summary>Pushes of one silo, in order. One result per push.</summary>
    [Alias("Push")]
    ValueTask<SessionPushReply> PushAsync(SessionPush[] pushes);

    /// <summary>
    /// Pushes that handlers made for their own session, in order; ends when the gateway has them. Those of a request that was taken before are ignored.
    /// False for an earlier epoch or a session not known. Requests below <paramref name="settled"/> will not come again.
    /// </summary>
    [Alias("Append")]
    ValueTask<bool> AppendAsync(long epoch, uint settled, SessionPush[] pushes);

    /// <summary>The gateway process has left the cluster; ignored if another one carries the session by now.</summary>
    [Alias("GatewayGone")]
    ValueTask GatewayGoneAsync(SiloAddress gateway);

    /// <summary>The session is stored, and whoever looked after it is gone: it goes on here, or what is stored of it is put right.</summary>
    [Alias("Wake")]
    ValueTask WakeAsync();
}
