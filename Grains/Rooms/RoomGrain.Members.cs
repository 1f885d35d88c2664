using System.Text.Json;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

public abstract partial class RoomGrain
{
    private static readonly TimeSpan ArrivalTime = TimeSpan.FromSeconds(30);

    /// <summary>The session of a member is over. Not for game code: see <see cref="OnAwayAsync"/> and <see cref="OnLeaveAsync"/>.</summary>
    [Handles(WellKnownMessages.Offline)]
    public ValueTask EndSessionAsync(MessageContext context) => EndAsync(context.Session, long.MaxValue);

    async ValueTask<RoomCreateReply> IRoomGrain.CreateAsync(RoomSetup setup)
    {
        if (_state == State.Open)
        {
            return new RoomCreateReply(ErrorCodes.Ok, false);
        }

        if (_state == State.Closed)
        {
            DeactivateOnIdle();
            return new RoomCreateReply(ErrorCodes.Unavailable, false, "The room is closing.");
        }

        var reply = await OpenAsync(setup);
        if (reply.Code != ErrorCodes.Ok)
        {
            DeactivateOnIdle();
        }

        return reply;
    }

    async ValueTask<RoomJoinReply> IRoomGrain.JoinAsync(RoomJoinRequest request)
    {
        if (!TryEnter())
        {
            return Refuse(ErrorCodes.UnknownMessage, "There is no such room.");
        }

        var known = _members.Find(request.Session) ?? _members.Find(request.Player);
        if (known is not null && known.IsSpectator != request.AsSpectator)
        {
            return Refuse(ErrorCodes.NotInRoom, "Already in the room in the other role. Leave it first.");
        }

        return known is null ? await AdmitAsync(request)
            : known.Session == request.Session && known.KeptUntil is null ? Rejoin(known)
            : await TakeSeatAsync(known, request.Session);
    }

    ValueTask<bool> IRoomGrain.LeaveAsync(SessionId session) => TryEnter() ? LeaveAsync(session) : ValueTask.FromResult(false);

    async ValueTask<bool> IRoomGrain.CloseAsync()
    {
        var isOpen = TryEnter();
        await CloseAsync();
        return isOpen;
    }

    ValueTask<RoomListing?> IRoomGrain.GetListingAsync()
    {
        if (_state != State.Open)
        {
            DeactivateOnIdle();
            return default;
        }

        return ValueTask.FromResult<RoomListing?>(CreateListing());
    }

    private static RoomJoinReply Refuse(int code, string text) => new(code, text);

    private async ValueTask<RoomJoinReply> AdmitAsync(RoomJoinRequest request)
    {
        if (IsLocked)
        {
            return Refuse(ErrorCodes.Forbidden, "The room is locked.");
        }

        if (request.AsSpectator ? _members.Spectators >= MaxSpectators : _members.Players >= MemberLimit)
        {
            return Refuse(ErrorCodes.NotInRoom, "The room is full.");
        }

        var member = _members.Propose(request, Now);
        if (await AskAsync(() => OnJoinAsync(member, new RoomData(request.Data, Json)), nameof(OnJoinAsync)) is { } refusal)
        {
            return Refuse(refusal.Code, refusal.Text);
        }

        if (_state != State.Open)
        {
            return Refuse(ErrorCodes.UnknownMessage, "There is no such room.");
        }

        Tell(Presence?.Joined, member);
        _members.Add(member);
        _stream.Join(member.Session, member.IsSpectator);
        UpdateTable();
        var reply = Welcome(member, opensStream: true, returned: false);
        await GuardAsync(() => OnJoinedAsync(member), nameof(OnJoinedAsync));
        return reply;
    }

    /// <summary>The answer to a join was lost, or the client asks twice.</summary>
    private RoomJoinReply Rejoin(RoomMember member) =>
        Welcome(member, opensStream: !_stream.Join(member.Session, member.IsSpectator).HasArrived, returned: false);

    private async ValueTask<RoomJoinReply> TakeSeatAsync(RoomMember member, SessionId session)
    {
        var wasAway = member.IsAway;
        _stream.Leave(member.Session, tellGateway: true);
        _members.TakeSeat(member, session);
        _stream.Join(session, member.IsSpectator);
        var reply = Welcome(member, opensStream: true, returned: true);
        if (wasAway)
        {
            await ComeBackAsync(member);
        }

        return reply;
    }

    private RoomJoinReply Welcome(RoomMember member, bool opensStream, bool returned) =>
        new(ErrorCodes.Ok, null, opensStream, returned, member.Number, SnapshotFor(member));

    private byte[]? SnapshotFor(RoomMember member)
    {
        try
        {
            return Snapshot(member) is { } snapshot ? JsonSerializer.SerializeToUtf8Bytes(snapshot, snapshot.GetType(), Json.Options) : null;
        }
        catch (Exception exception)
        {
            LogHookFailed(Host.Logger, exception, ServiceName, Key, nameof(Snapshot));
            return null;
        }
    }

    private async ValueTask<bool> LeaveAsync(SessionId session)
    {
        if (_members.Find(session) is not { } member)
        {
            return false;
        }

        await LeaveAsync(member, RoomLeaveReason.Left, tellGateway: false);
        return true;
    }

    private async ValueTask LeaveAsync(RoomMember member, RoomLeaveReason reason, bool tellGateway)
    {
        if (!_members.Remove(member))
        {
            return;
        }

        _stream.Leave(member.Session, tellGateway);
        if (_members.All.Count == 0)
        {
            _emptySince = Now;
        }

        UpdateTable();
        Tell(Presence?.Left, member);
        await GuardAsync(() => OnLeaveAsync(member, reason), nameof(OnLeaveAsync));
    }

    /// <summary>The session is over: a player's seat is kept for a while.</summary>
    private async ValueTask EndAsync(SessionId session, long epoch)
    {
        if (!TryEnter() || _members.Find(session) is not { } member || !_stream.End(session, epoch))
        {
            return;
        }

        if (member.Player is null || SeatTime <= TimeSpan.Zero)
        {
            await LeaveAsync(member, RoomLeaveReason.SessionEnded, tellGateway: false);
            return;
        }

        var wasAway = member.IsAway;
        _members.Keep(member, Now + SeatTime);
        if (!wasAway)
        {
            await GoAwayAsync(member);
        }
    }

    private async ValueTask GoAwayAsync(RoomMember member)
    {
        member.IsAway = true;
        Tell(Presence?.Away, member);
        await GuardAsync(() => OnAwayAsync(member), nameof(OnAwayAsync));
    }

    private async ValueTask ComeBackAsync(RoomMember member)
    {
        member.IsAway = false;
        Tell(Presence?.Back, member);
        await GuardAsync(() => OnBackAsync(member), nameof(OnBackAsync));
    }

    private void Tell(int? presenceId, RoomMember member)
    {
        if (presenceId is > 0)
        {
            BroadcastExcept(member, presenceId.Value, new PresenceMessage(member.Number, member.Player, member.IsSpectator));
        }
    }

    private async Task KeepHouseAsync()
    {
        if (!TryEnter())
        {
            return;
        }

        _stream.Expire();
        foreach (var member in _members.All.ToArray())
        {
            if (FindOverdue(member) is { } reason)
            {
                await LeaveAsync(member, reason, tellGateway: true);
            }
        }

        if (_members.All.Count == 0 && Now - _emptySince >= EmptyTime)
        {
            await CloseAsync();
        }
    }

    private RoomLeaveReason? FindOverdue(RoomMember member)
    {
        if (member.KeptUntil is { } until)
        {
            return Now >= until ? RoomLeaveReason.SessionEnded : null;
        }

        if (!_stream.TryFind(member.Session, out var subscriber) || subscriber.Gateway is not null)
        {
            return null;
        }

        var elapsed = Clock.GetElapsedTime(subscriber.Since);
        return !subscriber.HasArrived ? (elapsed >= ArrivalTime ? RoomLeaveReason.NeverArrived : null)
            : elapsed >= AwayTime ? RoomLeaveReason.AwayTooLong : null;
    }
}
