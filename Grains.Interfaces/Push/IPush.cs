using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>
/// Sends messages to clients from anywhere in a silo: take it from dependency injection.
/// Pushes of one silo to one session arrive in the order of the calls. Bodies are serialised as JSON when they are not bytes already.
/// </summary>
public interface IPush
{
    /// <summary>Sends <paramref name="body"/> (already encoded, not to be changed afterwards) to one session on whatever gateway carries it.</summary>
    ValueTask<PushResult> ToSessionAsync(SessionId session, int messageId, byte[] body, DeliveryClass @class = DeliveryClass.Reliable, string? key = null);

    /// <summary>Sends <paramref name="message"/>, serialised as the services' replies are, to one session.</summary>
    ValueTask<PushResult> ToSessionAsync<T>(SessionId session, int messageId, T message, DeliveryClass @class = DeliveryClass.Reliable, string? key = null);

    /// <summary>
    /// Sends <paramref name="body"/> to every session of a player. One result per session, none if the player is not there. Calls for one player that are to
    /// keep their order are awaited one after another.
    /// </summary>
    ValueTask<PushResult[]> ToPlayerAsync(string player, int messageId, byte[] body, DeliveryClass @class = DeliveryClass.Reliable, string? key = null);

    /// <summary>Sends <paramref name="message"/>, serialised as the services' replies are, to every session of a player.</summary>
    ValueTask<PushResult[]> ToPlayerAsync<T>(string player, int messageId, T message, DeliveryClass @class = DeliveryClass.Reliable, string? key = null);
}
