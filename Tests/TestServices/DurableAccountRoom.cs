using GameCluster.Rooms;
using GameCluster.Services;
using Orleans.Runtime;

namespace GameCluster.Tests.TestServices;

/// <summary>
/// The account that outlives its silo. Its places and its balance are made of what was booked alone, whoever does it again. Only who did a booking for the first time tells in which life of the room, and
/// where: a life begins with the first input that it writes, so a later one has a later time.
/// </summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(MessageIds.DurableAccountBooked)]
internal sealed class DurableAccountRoom(ILocalSiloDetails silo) : DurableRoomGrain<AccountState>
{
    public const string Name = "tests.account.durable";

    private long? _epoch;

    [Handles(MessageIds.DurableAccountBook)]
    public AccountReply Book(BookingRequest request)
    {
        State.Balance += request.Amount;
        var reply = Tell(++State.Bookings);
        Broadcast(MessageIds.DurableAccountBooked, new BookedMessage(request.Text, reply.Place, reply.Epoch, reply.Silo));
        return reply;
    }

    [Handles(MessageIds.DurableAccountRead)]
    public AccountReply Read() => Tell(State.Bookings);

    [Handles(MessageIds.DurableAccountLeave)]
    public async Task<AccountReply> LeaveAccountAsync(MessageContext context)
    {
        await LeaveAsync(context);
        return Tell(State.Bookings);
    }

    private AccountReply Tell(long place) =>
        IsReplaying ? new(place, State.Balance, null, null) : new(place, State.Balance, _epoch ??= Now.ToUnixTimeMilliseconds(), silo.Name);
}
