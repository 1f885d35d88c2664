using GameCluster.Services;

namespace GameCluster.Rooms;

/// <summary>
/// Named groups of sessions over the whole cluster: take it from dependency injection. A group exists while it has members, in the memory of one silo; membership ends with the session. What is
/// sent to a group reaches its members in order, as in a room.
/// </summary>
public interface IGroups
{
    /// <summary>The message's session hears what is sent to the group, from after this handler's reply.</summary>
    ValueTask JoinAsync(MessageContext context, string group);

    /// <summary>The message's session hears no more of the group.</summary>
    ValueTask LeaveAsync(MessageContext context, string group);

    /// <summary>Sends to every member. <paramref name="key"/>: what a <see cref="DeliveryClass.Latest"/> message is the newest of. Returns how many members there are.</summary>
    ValueTask<int> PushAsync<T>(string group, int messageId, T message, DeliveryClass delivery = DeliveryClass.Reliable, string? key = null);
}
