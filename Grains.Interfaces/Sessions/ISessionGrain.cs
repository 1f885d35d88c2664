namespace GameCluster.Sessions;

/// <summary>
/// Where a session is: the directory entry by which anybody in the cluster reaches it. Keyed by the session id.
/// It exists from the session's first message to its end and is not on the path of requests.
/// </summary>
[Alias("gamecluster.ISessionGrain")]
public interface ISessionGrain : IGrainWithGuidKey
{
    /// <summary>The gateway process <paramref name="gateway"/> now carries the session.</summary>
    [Alias("Attach")]
    ValueTask AttachAsync(SiloAddress gateway);

    /// <summary>The session has ended on <paramref name="gateway"/>; ignored if another gateway carries it by now.</summary>
    [Alias("Detach")]
    ValueTask DetachAsync(SiloAddress gateway);

    /// <summary>The gateway that carries the session, or null if there is no such session.</summary>
    [Alias("GetGateway")]
    ValueTask<SiloAddress?> GetGatewayAsync();
}
