using GameCluster.Services;

namespace GameCluster.Tests.Services;

/// <summary>A numbered request that comes again gets what the first one got.</summary>
internal sealed class RepeatTests
{
    [Test]
    public async Task Repeat_OfARequestThatHasPushed_PushesTheSameInTheSameWay()
    {
        var grain = TestLane.Host<Teller>();

        var first = await SendAsync(grain);
        var again = await SendAsync(grain);

        Assert.That(first.Frames.Select(static frame => frame.Class), Is.EqualTo(new[] { DeliveryClass.Latest, DeliveryClass.Droppable, DeliveryClass.Reliable }));
        Assert.That(again.Frames.Select(static frame => (frame.Kind, frame.MessageId, frame.Class)), Is.EqualTo(first.Frames.Select(static frame => (frame.Kind, frame.MessageId, frame.Class))));
        Assert.That(again.Texts(), Is.EqualTo(first.Texts()));
    }

    private static ValueTask<LaneReply> SendAsync(IServiceGrain grain) => grain.HandleAsync(new LaneCall(TestLane.Session, null, null, [new InboundFrame(Teller.Tell, "{}"u8.ToArray(), 1)]));

    [Service("teller")]
    [Pushes(Position, Delivery = DeliveryClass.Latest)]
    [Pushes(Smoke, Delivery = DeliveryClass.Droppable)]
    internal sealed class Teller : ServiceGrain
    {
        public const int Tell = 500;

        private const int Position = 501;
        private const int Smoke = 502;

        private int _told;

        [Handles(Tell)]
        public Answer OnTell(MessageContext context)
        {
            context.Push(Position, new Answer(++_told));
            context.Push(Smoke, new Answer(_told));
            return new Answer(_told);
        }
    }

    internal sealed record Answer(int N);
}
