namespace GameCluster.Rooms;

/// <summary>A member as presence messages name it.</summary>
internal sealed record PresenceMessage(int Member, string? Player, bool Spectator);
