using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>What an outbox tells the grain of a stream about its deliveries.</summary>
[Alias("gamecluster.IStreamFeedback")]
internal interface IStreamFeedback : IGrainWithStringKey
{
    /// <summary>A gateway does not carry these sessions, or, with null, is gone with all of its sessions.</summary>
    [Alias("Lose")]
    ValueTask LoseAsync(SiloAddress gateway, SessionId[]? sessions, long madeAt);

    /// <summary>Something for this gateway was dropped; there is room again.</summary>
    [Alias("Repeat")]
    ValueTask RepeatAsync(SiloAddress gateway);
}
