using System.Text.Json;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Watch;
using Microsoft.Extensions.DependencyInjection;

namespace GameCluster.Rooms;

public abstract partial class RoomGrain
{
    private static readonly TimeSpan ArrivalTime = TimeSpan.FromSeconds(30);

    /// <summary>The session of a member is over. Not for game code: see <see cref="OnAwayAsync"/> and <see cref="OnLeaveAsync"/>.</summary>
    [Handles(WellKnownMessages.Offline)]
    public ValueTask EndSessionAsync(MessageContext context) => EndAsync(context.Session, long.MaxValue);

    async ValueTask<RoomCreateReply> IRoomGrain.CreateAsync(RoomSetup setup)
    {
        var found = await FindAsync();
        if (found != RoomEntry.NoRoom)
        {
            return new RoomCreateReply(Check(found) ? ErrorCodes.Ok : ErrorCodes.Unavailable, IsNew: setup.Request != Guid.Empty && setup.Request == _setup.Request);
        }

        if (_phase == Phase.Closed)
        {
            DeactivateOnIdle();
            return new RoomCreateReply(ErrorCodes.Unavailable, false, "The room is closing.");
        }

        var reply = (IsDurable && _recorder is null ? await ClaimAsync() : null) ?? await CreateNowAsync(setup);
        if (reply.Code != ErrorCodes.Ok)
        {
            await EndRecordAsync();
            DeactivateOnIdle();
        }

        return reply;
    }

    async ValueTask<RoomJoinReply> IRoomGrain.JoinAsync(RoomJoinRequest request) =>
        Check(await FindAsync()) && Check(await EnterAsync(static about => RoomInput.Of(about.Request, about.Room.HasArrived(about.Request.Session)), (Room: this, Request: request)))
            ? await JoinNowAsync(request)
            : Refuse(ErrorCodes.UnknownMessage, "There is no such room.");

    async ValueTask<bool> IRoomGrain.LeaveAsync(SessionId session) =>
        Check(await FindAsync()) && _members.Find(session) is { } member && Check(await EnterAsync(LeaveInput, (member, RoomLeaveReason.Left))) && await LeaveNowAsync(session);

    async ValueTask<bool> IRoomGrain.CloseAsync()
    {
        var isOpen = Check(await FindAsync()) && Check(await EnterAsync(static kind => new RoomInput(kind), RoomInputKind.Close));
        await CloseAsync();
        return isOpen;
    }

    async ValueTask<RoomListing?> IRoomGrain.GetListingAsync() => Check(await FindAsync()) ? CreateListing() : null;

    async ValueTask<byte[]?> IRoomGrain.GetStateAsync() => Check(await FindAsync()) ? CaptureState() : null;

    /// <summary>A session joins; also by a handler of this very room.</summary>
    internal ValueTask<RoomJoinReply> JoinNowAsync(RoomJoinRequest request)
    {
        var known = _members.Find(request.Session) ?? _members.Find(request.Player);
        return known is null ? AdmitAsync(request)
            : known.IsSpectator != request.AsSpectator ? new ValueTask<RoomJoinReply>(Refuse(ErrorCodes.NotInRoom, "Already in the room in the other role. Leave it first."))
            : known.Session == request.Session && known.KeptUntil is null ? new ValueTask<RoomJoinReply>(Rejoin(known))
            : TakeSeatAsync(known, request.Session);
    }

    /// <summary>A session leaves; also by a handler of this very room. False if it is no member.</summary>
    internal async ValueTask<bool> LeaveNowAsync(SessionId session)
    {
        if (_members.Find(session) is not { } member)
        {
            return false;
        }

        await LeaveAsync(member, RoomLeaveReason.Left, tellGateway: false);
        return true;
    }

    private static RoomInput LeaveInput((RoomMember Member, RoomLeaveReason Reason) about) => new(RoomInputKind.Leave) { Member = about.Member.Number, Reason = about.Reason };

    private static RoomInput MemberInput((RoomInputKind Kind, RoomMember Member) about) => new(about.Kind) { Member = about.Member.Number };

    private bool HasArrived(SessionId session) => Stream.TryFind(session, out var subscriber) && subscriber.HasArrived;

    private async ValueTask<RoomCreateReply> CreateNowAsync(RoomSetup setup)
    {
        if (ServiceProvider.GetRequiredService<ClusterWatch>().IsShortOfMemory)
        {
            return new RoomCreateReply(ErrorCodes.Unavailable, false, "The server is short of memory. Try again later.");
        }

        Check(await EnterAsync(static about => new RoomInput(RoomInputKind.Create) { Setup = about.Setup, Seed = about.Seed }, (Setup: setup, Seed: (ulong)Seed)));
        return await OpenAsync(setup, (ulong)Seed);
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

        if (_phase != Phase.Open)
        {
            return Refuse(ErrorCodes.UnknownMessage, "There is no such room.");
        }

        Tell(Presence?.Joined, member);
        _members.Add(member);
        Stream.Join(member.Session, member.IsSpectator);
        UpdateTable();
        var reply = Welcome(member, opensStream: true, returned: false);
        await GuardAsync(() => OnJoinedAsync(member), nameof(OnJoinedAsync));
        return reply;
    }

    /// <summary>The answer to a join was lost, or the client asks twice.</summary>
    private RoomJoinReply Rejoin(RoomMember member) =>
        Welcome(member, opensStream: !Stream.Join(member.Session, member.IsSpectator).HasArrived, returned: false);

    private async ValueTask<RoomJoinReply> TakeSeatAsync(RoomMember member, SessionId session)
    {
        var wasAway = member.IsAway;
        Stream.Leave(member.Session, tellGateway: true);
        _members.TakeSeat(member, session);
        Stream.Join(session, member.IsSpectator);
        var reply = Welcome(member, opensStream: true, returned: true);
        if (wasAway)
        {
            await ComeBackAsync(member);
        }

        return reply;
    }

    private RoomJoinReply Welcome(RoomMember member, bool opensStream, bool returned) =>
        new(ErrorCodes.Ok, null, opensStream, returned, member.Number, SnapshotFor(member), Stream.Epoch);

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

    private async ValueTask LeaveAsync(RoomMember member, RoomLeaveReason reason, bool tellGateway)
    {
        if (!_members.Remove(member))
        {
            return;
        }

        Stream.Leave(member.Session, tellGateway);
        if (_members.All.Count == 0)
        {
            _emptySince = Now;
        }

        UpdateTable();
        Tell(Presence?.Left, member);
        await GuardAsync(() => OnLeaveAsync(member, reason), nameof(OnLeaveAsync));
    }

    private async ValueTask EndAsync(SessionId session, long epoch)
    {
        if (Check(await FindAsync())
            && _members.Find(session) is { } member
            && Stream.MayEnd(session, epoch)
            && Check(await EnterAsync(MemberInput, (RoomInputKind.End, member))))
        {
            await EndNowAsync(member);
        }
    }

    /// <summary>The member's session is over: a player's seat is kept for a while.</summary>
    private async ValueTask EndNowAsync(RoomMember member)
    {
        if (member.Player is null || SeatTime <= TimeSpan.Zero)
        {
            await LeaveAsync(member, RoomLeaveReason.SessionEnded, tellGateway: false);
            return;
        }

        Stream.Leave(member.Session);
        var wasAway = member.IsAway;
        _members.Keep(member, Now + SeatTime);
        if (!wasAway)
        {
            await GoAwayAsync(member);
        }
    }

    /// <summary>The stream knows where a member is. That it is away or back is an input of the room.</summary>
    private async ValueTask UpdatePresenceAsync(RoomMember member)
    {
        if (member.KeptUntil is not null || !Stream.TryFind(member.Session, out var subscriber))
        {
            return;
        }

        var isAway = subscriber.Gateway is null && (subscriber.IsRestored ? Clock.GetElapsedTime(subscriber.Since) >= ArrivalTime : subscriber.HasArrived);
        if (isAway && !member.IsAway && await EnterAsync(MemberInput, (RoomInputKind.Away, member)) == RoomEntry.Entered)
        {
            await GoAwayAsync(member);
        }
        else if (subscriber.Gateway is not null && member.IsAway && await EnterAsync(MemberInput, (RoomInputKind.Back, member)) == RoomEntry.Entered)
        {
            await ComeBackAsync(member);
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
        if (await FindAsync() != RoomEntry.Entered)
        {
            return;
        }

        Stream.Expire();
        foreach (var member in _members.All.ToArray())
        {
            await UpdatePresenceAsync(member);
            if (_phase == Phase.Open && FindOverdue(member) is { } reason && await EnterAsync(LeaveInput, (member, reason)) == RoomEntry.Entered)
            {
                await LeaveAsync(member, reason, tellGateway: true);
            }
        }

        if (_phase == Phase.Open
            && _members.All.Count == 0
            && Clock.GetUtcNow() - _emptySince >= EmptyTime
            && await EnterAsync(static kind => new RoomInput(kind), RoomInputKind.Close) == RoomEntry.Entered)
        {
            await CloseAsync();
        }
    }

    private RoomLeaveReason? FindOverdue(RoomMember member)
    {
        if (member.KeptUntil is { } until)
        {
            return Clock.GetUtcNow() >= until ? RoomLeaveReason.SessionEnded : null;
        }

        if (!Stream.TryFind(member.Session, out var subscriber) || subscriber.Gateway is not null)
        {
            return null;
        }

        var elapsed = Clock.GetElapsedTime(subscriber.Since);
        return !subscriber.HasArrived && !subscriber.IsRestored ? (elapsed >= ArrivalTime ? RoomLeaveReason.NeverArrived : null)
            : elapsed >= AwayTime ? RoomLeaveReason.AwayTooLong : null;
    }
}
