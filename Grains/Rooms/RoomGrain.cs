using GameCluster.Rooms.Journal;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>
/// A room: derive, mark the class with <see cref="ServiceAttribute"/> and <see cref="ServiceKey.Room"/>, and handle its members' messages like any service. It knows its members, tells
/// them things in order, without gaps and once, keeps what one that is away misses, and can run a simulation in fixed steps. Lobbies open and join rooms with <see cref="IRooms"/>.
/// A message of a session that is no member is refused with code 409. Handlers, hooks, steps and timers never run at the same time.
/// <para>
/// Such a room is volatile: it lives in the memory of one silo. If that stops or dies, its rooms are gone; their members are told that the stream is closed, and may open another.
/// <see cref="RoomGrain{TState}"/> outlives its silo's stop, <see cref="DurableRoomGrain{TState}"/> its death as well.
/// </para>
/// </summary>
[KeyRule(ServiceKey.Room)]
public abstract partial class RoomGrain : ServiceGrain, IRoomGrain, IStreamGrain, IStreamFeedback
{
    private readonly RoomMembers _members = new();
    private RoomSetup _setup = new();
    private Phase _phase;

    /// <summary>With a random seed.</summary>
    protected RoomGrain()
    {
    }

    /// <summary>With a seed of one's own, so that the room's chance gives known numbers.</summary>
    protected RoomGrain(int randomSeed)
        : base(randomSeed)
    {
    }

    private enum Phase
    {
        NotCreated,
        Open,
        Closed,

        /// <summary>The room goes on in another activation.</summary>
        Elsewhere,
    }

    /// <summary>The room's key.</summary>
    protected string Key => this.GetPrimaryKeyString();

    /// <summary>The members, kept seats included, in the order in which they joined.</summary>
    protected IReadOnlyList<RoomMember> Members => _members.All;

    /// <summary>When the input that is being handled came: the same however long that takes.</summary>
    protected DateTimeOffset Now { get; private set; }

    /// <summary>Whether nobody new is let in. Players with a kept seat and sessions that are members come back all the same.</summary>
    protected bool IsLocked
    {
        get;
        set
        {
            field = value;
            UpdateTable();
        }
    }

    /// <summary>The most players, kept seats included. A room's creator may ask for fewer.</summary>
    protected virtual int MaxMembers => 100;

    /// <summary>The most spectators. None unless overridden.</summary>
    protected virtual int MaxSpectators => 0;

    /// <summary>How long a room without members stays open.</summary>
    protected virtual TimeSpan EmptyTime => TimeSpan.FromSeconds(60);

    /// <summary>How long the seat of a player whose session is over is kept, for the player to come back with a new one. Sessions without a login keep none.</summary>
    protected virtual TimeSpan SeatTime => TimeSpan.FromSeconds(60);

    /// <summary>How long a member may be away with its session: longer than sessions are kept. It leaves earlier if its session ends.</summary>
    protected virtual TimeSpan AwayTime => TimeSpan.FromMinutes(5);

    /// <summary>How members are told of each other; null for not at all.</summary>
    protected virtual RoomPresence? Presence => null;

    /// <summary>Its memory is in the game's own fields.</summary>
    private protected override bool CanMove => false;

    private int MemberLimit => Math.Min(_setup.MaxMembers ?? MaxMembers, MaxMembers);

    /// <summary>The room is being opened. An error refuses that.</summary>
    protected virtual ValueTask<ResponseError?> OnCreateAsync(RoomData options) => default;

    /// <summary>
    /// Somebody wants to join for whom there is room. An error refuses that. It is no member yet: nothing can be sent to it. Not called for members that come back.
    /// </summary>
    protected virtual ValueTask<ResponseError?> OnJoinAsync(RoomMember member, RoomData data) => default;

    /// <summary>Somebody is a member now. What is sent from here on comes after the snapshot it has been given.</summary>
    protected virtual ValueTask OnJoinedAsync(RoomMember member) => default;

    /// <summary>Somebody is a member no more.</summary>
    protected virtual ValueTask OnLeaveAsync(RoomMember member, RoomLeaveReason reason) => default;

    /// <summary>A member has lost its connection, or, with its seat kept, its session.</summary>
    protected virtual ValueTask OnAwayAsync(RoomMember member) => default;

    /// <summary>A member that was away is back, perhaps with another session.</summary>
    protected virtual ValueTask OnBackAsync(RoomMember member) => default;

    /// <summary>The room is about to close; its members still hear what is sent here. Not called when the silo dies.</summary>
    protected virtual ValueTask OnCloseAsync() => default;

    /// <summary>The room goes on here with the state it had elsewhere: make anew what is not part of that state. Called before anything else happens to it.</summary>
    protected virtual ValueTask OnRestoredAsync() => default;

    /// <summary>
    /// The state of the room as <paramref name="member"/> may see it, for one that joins and for one that has missed more than is kept. Written as JSON. It must hold all that
    /// <see cref="DeliveryClass.Reliable"/> messages have said so far. Null if there is none to give.
    /// </summary>
    protected virtual object? Snapshot(RoomMember member) => null;

    /// <summary>One step of the simulation, see <see cref="StartTick"/>.</summary>
    protected virtual void OnTick(TickContext tick)
    {
    }

    /// <summary>A timer has fired, see <see cref="StartTimer"/>.</summary>
    protected virtual ValueTask OnTimerAsync(string name) => default;

    /// <summary>Tells all members. <paramref name="key"/>: what a message declared <see cref="DeliveryClass.Latest"/> is the newest of.</summary>
    protected void Broadcast<T>(int messageId, T message, string? key = null) => Publish(messageId, message, key, StreamAudience.Everyone);

    /// <summary>Tells all members but one.</summary>
    protected void BroadcastExcept<T>(RoomMember member, int messageId, T message, string? key = null) =>
        Publish(messageId, message, key, StreamAudience.Except(member.Session));

    /// <summary>Tells all players.</summary>
    protected void BroadcastToPlayers<T>(int messageId, T message, string? key = null) => Publish(messageId, message, key, StreamAudience.Players);

    /// <summary>Tells all spectators.</summary>
    protected void BroadcastToSpectators<T>(int messageId, T message, string? key = null) => Publish(messageId, message, key, StreamAudience.Spectators);

    /// <summary>Tells one member, in order with what it hears with others.</summary>
    protected void Send<T>(RoomMember member, int messageId, T message, string? key = null) => Publish(messageId, message, key, StreamAudience.Only(member.Session));

    /// <summary>Forgets the newest value of a <see cref="DeliveryClass.Latest"/> message for all, so that nobody who comes is told of it.</summary>
    protected void Forget(int messageId, string key) => Stream.Forget(messageId, key);

    /// <summary>The member whose message is being handled.</summary>
    protected RoomMember MemberOf(MessageContext context) => _members.Find(context.Session)
        ?? throw new InvalidOperationException("The session of this message is no member any more: it has left in this very handler.");

    /// <summary>The sender of the message that is being handled leaves; its session is unbound from this room. Keeps no seat.</summary>
    protected async ValueTask LeaveAsync(MessageContext context)
    {
        if (await LeaveNowAsync(context.Session))
        {
            context.Unfollow(this.GetGrainId(), ServiceName, Key);
        }
    }

    /// <summary>Removes a member: its client is told that the stream is closed. Keeps no seat.</summary>
    protected ValueTask RemoveAsync(RoomMember member) => LeaveAsync(member, RoomLeaveReason.Removed, tellGateway: true);

    private void Publish<T>(int messageId, T message, string? key, StreamAudience audience)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messageId);
        var body = message is byte[] bytes ? bytes : Json.Serialize(message);
        Replay?.OnSaid(new ReplayedMessage(messageId, body, key, audience.Of.ToString().ToLowerInvariant(), _members.Find(audience.Session)?.Number ?? 0));
        Stream.Publish(messageId, body, Host.Service.ClassOf(messageId), key, audience);
    }
}
