namespace GameCluster.Rooms;

/// <summary>Whether a session is a member now.</summary>
/// <param name="Code">200, or why not: a code for the client's error frame.</param>
/// <param name="Text">With an error: a sentence fit for the client.</param>
/// <param name="OpensStream">Whether the session's gateway is to take the room's stream up, from number 1.</param>
/// <param name="Returned">Whether it took a seat that was kept for its player.</param>
/// <param name="Member">Its number in the room, as presence messages name it.</param>
/// <param name="Snapshot">The room's state as of the stream's beginning, as JSON, or null if the room has none to give.</param>
/// <param name="Epoch">Which of its stream's lives this is.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomJoinReply")]
public sealed record RoomJoinReply(
    [property: Id(0)] int Code,
    [property: Id(1)] string? Text = null,
    [property: Id(2)] bool OpensStream = false,
    [property: Id(3)] bool Returned = false,
    [property: Id(4)] int Member = 0,
    [property: Id(5)] byte[]? Snapshot = null,
    [property: Id(6)] long Epoch = 0);
