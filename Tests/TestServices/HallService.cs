using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>A room that does what its members ask for.</summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(MessageIds.HallSaid)]
[Pushes(MessageIds.HallWhispered)]
[Pushes(MessageIds.HallShown, Delivery = DeliveryClass.Latest)]
internal sealed class HallService : RoomGrain
{
    public const string Name = "tests.hall";

    private int _said;

    [Handles(MessageIds.HallSay)]
    public CountReply Say(NumberRequest request)
    {
        for (var i = 0; i < request.Number; i++)
        {
            Broadcast(MessageIds.HallSaid, new CountReply(++_said));
        }

        return new CountReply(_said);
    }

    [Handles(MessageIds.HallWhisper)]
    public void Whisper(TextMessage message, MessageContext context) => Send(MemberOf(context), MessageIds.HallWhispered, message);

    [Handles(MessageIds.HallRemove)]
    public async Task<TextMessage> RemoveAsync(MessageContext context)
    {
        await RemoveAsync(MemberOf(context));
        return new TextMessage("removed");
    }

    [Handles(MessageIds.HallClose)]
    public async Task<TextMessage> CloseHallAsync()
    {
        await CloseAsync();
        return new TextMessage("closed");
    }

    protected override object Snapshot(RoomMember member) => new CountReply(_said);
}
