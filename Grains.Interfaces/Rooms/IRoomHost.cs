using Orleans.Services;

namespace GameCluster.Rooms;

/// <summary>What a silo says of the rooms that are open on it, and of the journal of durable ones: one per silo that hosts services, addressed by silo address.</summary>
[Alias("gamecluster.IRoomHost")]
public interface IRoomHost : IGrainService
{
    /// <summary>At most <paramref name="limit"/> of this silo's listed rooms of <paramref name="service"/>, or of all services with null, ordered by key.</summary>
    [Alias("List")]
    ValueTask<RoomList> ListAsync(string? service, RoomFilter filter, int limit);

    /// <summary>
    /// At most <paramref name="limit"/> inputs after <paramref name="after"/> of the newest durable room of that key, open or over, wherever it is. Null if the journal knows none. Fails if the
    /// journal does not answer.
    /// </summary>
    [Alias("ReadRecording")]
    ValueTask<RoomRecordingPage?> ReadRecordingAsync(string service, string room, long after, int limit);

    /// <summary>
    /// A durable room that could not be opened, see QuarantineReason.NotOpened, may be opened again, or with <paramref name="giveUp"/> is over. False if there is no such room. Fails if the journal
    /// does not answer.
    /// </summary>
    [Alias("Release")]
    ValueTask<bool> ReleaseAsync(string service, string room, bool giveUp);
}
