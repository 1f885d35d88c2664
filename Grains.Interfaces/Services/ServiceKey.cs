namespace GameCluster.Services;

/// <summary>Which grain of a service a message goes to.</summary>
public enum ServiceKey
{
    /// <summary>One grain per session.</summary>
    Session,

    /// <summary>One grain per logged-in player. A session that has not logged in is refused.</summary>
    Player,

    /// <summary>One grain per room; the session must have been bound to a room by a handler.</summary>
    Room,

    /// <summary>Any of a pool of grains, chosen anew for each message: no order between messages.</summary>
    Stateless,

    /// <summary>One grain for the whole service, with a key the service names.</summary>
    Fixed,
}
