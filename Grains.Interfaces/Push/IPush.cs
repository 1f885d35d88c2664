using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>
/// Sends messages to clients from anywhere in a silo: take it from dependency injection.
/// Pushes of one silo to one session arrive in the order of the calls. Bodies are serialised as JSON when they are not bytes already. What may become of a push on its way is,
/// unless the call says, what the services of this silo declare for its id with <see cref="PushesAttribute"/>.
/// </summary>
public interface IPush
{
    /// <summary>Sends <paramref name="body"/> (already encoded, not to be changed afterwards) to one session on whatever gateway carries it.</summary>
    ValueTask<PushResult> ToSessionAsync(SessionId session, int messageId, byte[] body, DeliveryClass? @class = null, string? key = null);

    /// <summary>Sends <paramref name="message"/>, serialised as the services' replies are, to one session.</summary>
    ValueTask<PushResult> ToSessionAsync<T>(SessionId session, int messageId, T message, DeliveryClass? @class = null, string? key = null);

    /// <summary>
    /// Sends <paramref name="body"/> to every session of a player. One result per session, none if the player is not there. Calls for one player that are to
    /// keep their order are awaited one after another.
    /// </summary>
    ValueTask<PushResult[]> ToPlayerAsync(string player, int messageId, byte[] body, DeliveryClass? @class = null, string? key = null);

    /// <summary>Sends <paramref name="message"/>, serialised as the services' replies are, to every session of a player.</summary>
    ValueTask<PushResult[]> ToPlayerAsync<T>(string player, int messageId, T message, DeliveryClass? @class = null, string? key = null);

    /// <summary>
    /// Sends <paramref name="body"/> to every member of a room, in order with what the room itself says and with the kind of delivery its service declares. False if there is no such
    /// room. Not for the room's own handlers, which broadcast.
    /// </summary>
    ValueTask<bool> ToRoomAsync(string service, string room, int messageId, byte[] body, string? key = null);

    /// <summary>Sends <paramref name="message"/>, serialised as the services' replies are, to every member of a room.</summary>
    ValueTask<bool> ToRoomAsync<T>(string service, string room, int messageId, T message, string? key = null);

    /// <summary>Sends <paramref name="body"/> to every member of a group. Returns how many there are.</summary>
    ValueTask<int> ToGroupAsync(string group, int messageId, byte[] body, DeliveryClass? @class = null, string? key = null);

    /// <summary>Sends <paramref name="message"/>, serialised as the services' replies are, to every member of a group.</summary>
    ValueTask<int> ToGroupAsync<T>(string group, int messageId, T message, DeliveryClass? @class = null, string? key = null);

    /// <summary>
    /// Sends <paramref name="body"/> to every session of every gateway that is connected now. It is live: not numbered, not sent again, and dropped first for a client that reads slowly.
    /// </summary>
    ValueTask<EveryonePushed> ToEveryoneAsync(int messageId, byte[] body);

    /// <summary>Sends <paramref name="message"/>, serialised as the services' replies are, to every session that is connected now.</summary>
    ValueTask<EveryonePushed> ToEveryoneAsync<T>(int messageId, T message);
}
