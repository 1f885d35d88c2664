using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>A member of a room. It stays the same object while its player is away, and when the player comes back with another session.</summary>
public sealed class RoomMember
{
    internal RoomMember(int number, SessionId session, string? player, bool isSpectator, DateTimeOffset joinedAt)
    {
        (Number, Session, Player, IsSpectator, JoinedAt) = (number, session, player, isSpectator, joinedAt);
    }

    /// <summary>Names the member within its room, from 1, never given twice: what messages to other members call it by.</summary>
    public int Number { get; }

    /// <summary>Its session; the last one while the seat is kept for a player without one.</summary>
    public SessionId Session { get; internal set; }

    /// <summary>The player, or null for a session that has not logged in.</summary>
    public string? Player { get; }

    /// <summary>Whether it only watches.</summary>
    public bool IsSpectator { get; }

    /// <summary>Whether it has no connection at the moment. What is sent to it meanwhile is kept for a while.</summary>
    public bool IsAway { get; internal set; }

    /// <summary>When it joined.</summary>
    public DateTimeOffset JoinedAt { get; }

    /// <summary>Until when the seat is kept for the player to come back with a new session; null while there is a session.</summary>
    internal DateTimeOffset? KeptUntil { get; set; }
}
