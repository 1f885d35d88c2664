using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>A named group of sessions over the whole cluster: whoever is in it gets what is published to it. Keyed by its name; it exists while it has members.</summary>
[Alias("gamecluster.IGroupGrain")]
public interface IGroupGrain : IGrainWithStringKey
{
    /// <summary>Makes a session a member. False if its gateway follows the group's stream already.</summary>
    [Alias("Join")]
    ValueTask<bool> JoinAsync(SessionId session);

    /// <summary>The session is no member any more.</summary>
    [Alias("Leave")]
    ValueTask LeaveAsync(SessionId session);

    /// <summary>Sends a message to every member. Returns how many there are.</summary>
    [Alias("Publish")]
    ValueTask<int> PublishAsync(int messageId, byte[] body, Services.DeliveryClass @class, string? key);
}
