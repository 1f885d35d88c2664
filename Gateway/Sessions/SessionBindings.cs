using GameCluster.Push;
using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// Who a session is and which rooms it is bound to. Read at any time; changed by handlers' replies, one change after another. It knows of every room that has been left up to which request its
/// service's messages went there: one of those that comes again is not for the room that the session is in now.
/// </summary>
internal sealed class SessionBindings
{
    /// <summary>A client that has acknowledged nothing for so many rooms is none that plays.</summary>
    private const int MaxEarlier = 16;

    private static readonly Dictionary<string, string> NoRooms = [];

    private readonly Lock _gate = new();
    private volatile Dictionary<string, string> _rooms = NoRooms;
    private volatile EarlierRoom[] _earlier = [];
    private volatile string? _player;

    // Of each service the last request that went to the room of now.
    private (string Service, uint Request)[] _routed = [];

    /// <summary>The logged-in player, or null.</summary>
    public string? Player => _player;

    /// <summary>Service name to room key. Never changed in place.</summary>
    public Dictionary<string, string> Rooms => _rooms;

    /// <summary>Rooms that requests went to which may come again, oldest first. Never changed in place.</summary>
    public EarlierRoom[] EarlierRooms => _earlier;

    public string? RoomOf(string service) => _rooms.GetValueOrDefault(service);

    /// <summary>The room that a request is for, which goes there next. 0 is no request: it does not come again.</summary>
    public string? RoomOf(string service, uint request)
    {
        if (request == 0)
        {
            return RoomOf(service);
        }

        lock (_gate)
        {
            if (Array.Find(_earlier, earlier => earlier.Service == service && request <= earlier.LastRequest) is { } earlier)
            {
                return earlier.Room;
            }

            var room = RoomOf(service);
            if (room is not null)
            {
                Note(service, request);
            }

            return room;
        }
    }

    /// <summary>Goes on with what an earlier connection had.</summary>
    public void Restore(SessionRecord record) => (_player, _rooms, _earlier) = (record.Player, record.Rooms, record.EarlierRooms);

    /// <summary>Requests below <paramref name="settled"/> do not come again.</summary>
    public void Apply(SessionEffects effects, uint settled = 0)
    {
        lock (_gate)
        {
            if (effects.Player is { } player)
            {
                _player = player.Length == 0 ? null : player;
            }

            if (effects.Rooms is { } changes)
            {
                ApplyRooms(changes, settled);
            }
        }
    }

    private void ApplyRooms(Dictionary<string, string?> changes, uint settled)
    {
        var rooms = new Dictionary<string, string>(_rooms);
        foreach (var (service, room) in changes)
        {
            if (rooms.TryGetValue(service, out var before) && before != room)
            {
                Leave(service, before, settled);
            }

            if (room is null)
            {
                rooms.Remove(service);
            }
            else
            {
                rooms[service] = room;
            }
        }

        _rooms = rooms;
    }

    private void Leave(string service, string room, uint settled)
    {
        var index = Array.FindIndex(_routed, routed => routed.Service == service);
        if (index >= 0)
        {
            _earlier = [.. _earlier.Append(new EarlierRoom(service, room, _routed[index].Request)).Where(earlier => earlier.LastRequest >= settled).TakeLast(MaxEarlier)];
            _routed = [.. _routed.Where(routed => routed.Service != service)];
        }
    }

    private void Note(string service, uint request)
    {
        var index = Array.FindIndex(_routed, routed => routed.Service == service);
        if (index < 0)
        {
            _routed = [.. _routed, (service, request)];
        }
        else
        {
            _routed[index].Request = request;
        }
    }
}
