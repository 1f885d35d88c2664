using GameCluster.Rooms;
using GameCluster.Services;
using Orleans.Runtime;

namespace GameCluster.Tests.TestServices;

/// <summary>A room that keeps an account, and tells with all it says in which life of it, and where, that was done: for checks of what failures do to rooms.</summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(MessageIds.AccountBooked)]
internal sealed class AccountRoom(ILocalSiloDetails silo) : RoomGrain
{
    public const string Name = "tests.account";

    private long _epoch;
    private long _bookings;
    private long _balance;

    protected override ValueTask<ResponseError?> OnCreateAsync(RoomData options)
    {
        _epoch = Now.ToUnixTimeMilliseconds();
        return default;
    }

    [Handles(MessageIds.AccountBook)]
    public AccountReply Book(BookingRequest request)
    {
        _balance += request.Amount;
        Broadcast(MessageIds.AccountBooked, new BookedMessage(request.Text, ++_bookings, _epoch, silo.Name));
        return State();
    }

    [Handles(MessageIds.AccountRead)]
    public AccountReply Read() => State();

    [Handles(MessageIds.AccountLeave)]
    public async Task<AccountReply> LeaveAccountAsync(MessageContext context)
    {
        await LeaveAsync(context);
        return State();
    }

    private AccountReply State() => new(_bookings, _balance, _epoch, silo.Name);
}
