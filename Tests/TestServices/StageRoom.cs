using GameCluster.Rooms;
using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>A large room that only passes on what it is told: for measuring what rooms cost.</summary>
[Service(Name, Key = ServiceKey.Room)]
[Pushes(MessageIds.StagePublished)]
internal sealed class StageRoom : RoomGrain
{
    public const string Name = "tests.stage";

    private int _published;

    protected override int MaxMembers => 5000;

    [Handles(MessageIds.StagePublish)]
    public CountReply Publish(TextMessage message)
    {
        Broadcast(MessageIds.StagePublished, new StageMessage(message.Text, ++_published));
        return new CountReply(_published);
    }

    [Handles(MessageIds.StageCount)]
    public CountReply Count() => new(_published);

    [Handles(MessageIds.StageLeave)]
    public async Task<CountReply> LeaveStageAsync(MessageContext context)
    {
        await LeaveAsync(context);
        return new CountReply(_published);
    }
}
