namespace GameCluster.Rooms;

/// <summary>
/// The ids of messages by which a room tells its members of each other; 0 for one that is not sent. Declare those in use with <c>[Pushes]</c>. The body is
/// <c>{"member":3,"player":"ann","spectator":false}</c>, without <c>player</c> for one who has not logged in.
/// </summary>
/// <param name="Joined">Somebody has joined; not told to the one who did.</param>
/// <param name="Left">Somebody is gone for good.</param>
/// <param name="Away">Somebody has lost the connection.</param>
/// <param name="Back">Somebody has it back.</param>
public sealed record RoomPresence(int Joined, int Left, int Away = 0, int Back = 0);
