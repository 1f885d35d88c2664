namespace GameCluster.Rooms.Journal;

/// <summary>Told what becomes of a durable room while its inputs are done again, in the order in which that happens. For tools: where there is none in dependency injection, nothing is made for it.</summary>
public interface IRoomReplay
{
    /// <summary>An input is about to be done.</summary>
    void OnBegin(JournalEntry entry);

    /// <summary>The room has said something, which nobody hears.</summary>
    void OnSaid(ReplayedMessage message);

    /// <summary>The input is done.</summary>
    void OnDone(ReplayedRoom room);
}

/// <summary>A message of a room.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Body">As clients get it.</param>
/// <param name="Key">What it is the newest of, or null.</param>
/// <param name="Audience">For whom it is, in a word: everyone, players, spectators, only, except.</param>
/// <param name="Member">The member's number, with <c>only</c> and <c>except</c>; else 0.</param>
public sealed record ReplayedMessage(int Id, ReadOnlyMemory<byte> Body, string? Key, string Audience, int Member);

/// <summary>A room after an input.</summary>
/// <param name="IsOpen">Whether it is open still.</param>
/// <param name="IsLocked">Whether nobody new is let in.</param>
/// <param name="Members">Its members.</param>
/// <param name="State">What the game knows, as JSON.</param>
public sealed record ReplayedRoom(bool IsOpen, bool IsLocked, IReadOnlyList<RoomMember> Members, ReadOnlyMemory<byte> State);
