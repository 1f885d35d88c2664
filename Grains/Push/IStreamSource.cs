using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>Learns what became of a stream's deliveries. Called from any thread; must not block or throw.</summary>
internal interface IStreamSource
{
    /// <summary>
    /// A gateway does not carry these sessions, or, with null, is gone with all of its sessions. <paramref name="madeAt"/> is what the source gave with the delivery.
    /// </summary>
    void OnNotCarried(SiloAddress gateway, SessionId[]? sessions, long madeAt);

    /// <summary>Something for this gateway was dropped because too much waited for it; there is room again.</summary>
    void OnDropped(SiloAddress gateway);
}
