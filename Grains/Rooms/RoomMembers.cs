using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>The members of a room, by session and by player. A player has one seat.</summary>
internal sealed class RoomMembers
{
    private readonly List<RoomMember> _all = [];
    private readonly Dictionary<SessionId, RoomMember> _bySession = [];
    private readonly Dictionary<string, RoomMember> _byPlayer = new(StringComparer.Ordinal);
    private int _lastNumber;

    /// <summary>All of them, in the order in which they joined.</summary>
    public IReadOnlyList<RoomMember> All => _all;

    public int Spectators { get; private set; }

    public int Players => _all.Count - Spectators;

    public RoomMember? Find(SessionId session) => _bySession.GetValueOrDefault(session);

    public RoomMember? Find(int number) => _all.Find(member => member.Number == number);

    public RoomMember? Find(string? player) => player is null ? null : _byPlayer.GetValueOrDefault(player);

    /// <summary>Somebody who may become a member.</summary>
    public RoomMember Propose(RoomJoinRequest request, DateTimeOffset now) =>
        new(_lastNumber + 1, request.Session, request.Player, request.AsSpectator, now);

    public void Add(RoomMember member)
    {
        _lastNumber = member.Number;
        _all.Add(member);
        _bySession.Add(member.Session, member);
        if (member.Player is { } player)
        {
            _byPlayer.Add(player, member);
        }

        Spectators += member.IsSpectator ? 1 : 0;
    }

    public bool Remove(RoomMember member)
    {
        if (!_all.Remove(member))
        {
            return false;
        }

        _bySession.Remove(member.Session);
        if (member.Player is { } player)
        {
            _byPlayer.Remove(player);
        }

        Spectators -= member.IsSpectator ? 1 : 0;
        return true;
    }

    /// <summary>The member has lost its session for good; its seat is kept.</summary>
    public void Keep(RoomMember member, DateTimeOffset until)
    {
        _bySession.Remove(member.Session);
        (member.IsAway, member.KeptUntil) = (true, until);
    }

    /// <summary>The member's player is back with another session.</summary>
    public void TakeSeat(RoomMember member, SessionId session)
    {
        _bySession.Remove(member.Session);
        _bySession.Add(session, member);
        (member.Session, member.IsAway, member.KeptUntil) = (session, false, null);
    }

    public RoomMembersImage ToImage() => new(
        _lastNumber,
        [
            .. _all.Select(static member => new RoomMemberImage(
                member.Number, member.Session, member.Player, member.IsSpectator, member.IsAway, member.JoinedAt, member.KeptUntil)),
        ]);

    public void Restore(RoomMembersImage image)
    {
        foreach (var known in image.Members)
        {
            var member = new RoomMember(known.Number, known.Session, known.Player, known.IsSpectator, known.JoinedAt) { IsAway = known.IsAway };
            Add(member);
            if (known.KeptUntil is { } until)
            {
                Keep(member, until);
            }
        }

        _lastNumber = image.LastNumber;
    }

    public void Clear()
    {
        _all.Clear();
        _bySession.Clear();
        _byPlayer.Clear();
        (_lastNumber, Spectators) = (0, 0);
    }
}
