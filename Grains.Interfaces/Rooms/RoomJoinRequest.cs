using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>A session that wants to be a member of a room.</summary>
/// <param name="Session">The session.</param>
/// <param name="Player">Its player, or null before login: only a player finds a kept seat again with a new session.</param>
/// <param name="AsSpectator">Whether it only watches.</param>
/// <param name="Data">What the room's class reads in its OnJoinAsync, as JSON: a password, a team. At most <see cref="RoomLimits.MaxOptionsBytes"/> bytes.</param>
[GenerateSerializer, Immutable, Alias("gamecluster.RoomJoinRequest")]
public sealed record RoomJoinRequest(
    [property: Id(0)] SessionId Session,
    [property: Id(1)] string? Player,
    [property: Id(2)] bool AsSpectator = false,
    [property: Id(3)] byte[]? Data = null);
