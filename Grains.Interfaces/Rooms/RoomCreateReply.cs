namespace GameCluster.Rooms;

/// <summary>Whether a room is open now.</summary>
/// <param name="Code">200, or why not: a code for the client's error frame.</param>
/// <param name="IsNew">Whether this call opened it.</param>
/// <param name="Text">With an error: a sentence fit for the client.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomCreateReply")]
public sealed record RoomCreateReply(
    [property: Id(0)] int Code,
    [property: Id(1)] bool IsNew,
    [property: Id(2)] string? Text = null);
