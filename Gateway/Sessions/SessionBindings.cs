using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>Who a session is and which rooms it is bound to. Read at any time; changed by handlers' replies, one change after another.</summary>
internal sealed class SessionBindings
{
    private static readonly Dictionary<string, string> NoRooms = [];

    private readonly Lock _gate = new();
    private volatile Dictionary<string, string> _rooms = NoRooms;
    private volatile string? _player;

    /// <summary>The logged-in player, or null.</summary>
    public string? Player => _player;

    /// <summary>Service name to room key. Never changed in place.</summary>
    public Dictionary<string, string> Rooms => _rooms;

    public string? RoomOf(string service) => _rooms.GetValueOrDefault(service);

    public void Apply(SessionEffects effects)
    {
        lock (_gate)
        {
            if (effects.Player is { } player)
            {
                _player = player.Length == 0 ? null : player;
            }

            if (effects.Rooms is { } changes)
            {
                ApplyRooms(changes);
            }
        }
    }

    private void ApplyRooms(Dictionary<string, string?> changes)
    {
        var rooms = new Dictionary<string, string>(_rooms);
        foreach (var (service, room) in changes)
        {
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
}
