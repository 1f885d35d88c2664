using GameCluster.Rooms;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Rooms;

/// <summary>What a room does with its messages, its time, and members that miss something.</summary>
internal sealed class RoomGrainTests : RoomGrainTest
{
    [Test]
    public async Task Handle_SessionThatIsNoMember_IsRefused()
    {
        await CreateAsync();
        var (ann, bob) = (Cluster.Connect(), Cluster.Connect());
        await JoinAsync(ann);
        await JoinAsync(bob);
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Remove);

        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("still here")), Does.StartWith("""{"code":409,"""));
        await Wait.UntilAsync(() => ann.Stream(ProbeRoom.Name, Room).IsClosed, Limit, "the gateway is told");
        Assert.That(ProbeRoom.NotesOf(Room)[^1], Is.EqualTo("left 1: Removed"));
    }

    [Test]
    public async Task Handle_HandlerThrows_CostsItsSenderOnly()
    {
        await CreateAsync();
        var ann = Cluster.Connect();
        await JoinAsync(ann);

        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Throw), Does.StartWith("""{"code":500,"""));
        await SayAsync(ann, "goes on");
        Assert.That(await GotAsync(ann, 2), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Handle_RequestThatALaterOneHasOvertaken_IsNotHandled()
    {
        await CreateAsync();
        var ann = Cluster.Connect();
        await JoinAsync(ann);

        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("second"), number: 2);
        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("first"), number: 1), Does.StartWith("""{"code":503,"""));
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("second"), number: 2);
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("third"), number: 3);

        Assert.That((await GotAsync(ann, 3)).Select(static got => got.Text), Is.EqualTo(new[] { "welcome 1", "second", "third" }));
    }

    [Test]
    public async Task Resume_TooLate_IsAResyncWithASnapshot()
    {
        await CreateAsync();
        var (ann, bob) = (Cluster.Connect(0), Cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);
        await GotAsync(ann, 1);
        await ann.DisconnectAsync(ann.Streams[0].Stream);
        for (var i = 0; i < 6; i++)
        {
            await SayAsync(bob, new string('x', 50_000));
        }

        var answer = await ann.ReconnectAsync(ann.Streams[0].Stream, 1, 1);

        Assert.That((answer.Status, answer.Number, answer.Reason), Is.EqualTo((StreamResumeStatus.Resync, 7u, "window")));
        Assert.That(System.Text.Encoding.UTF8.GetString(answer.Snapshot!), Is.EqualTo("""{"text":"snapshot for 1"}"""));
        Assert.That(ProbeRoom.NotesOf(Room)[^2..], Is.EqualTo(new[] { "away 1", "back 1" }));
    }

    [Test]
    public async Task Deliver_SessionThatTheGatewayDoesNotCarry_CountsAsAway()
    {
        await CreateAsync();
        var (ann, bob) = (Cluster.Connect(0), Cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);
        ann.Vanish();
        await SayAsync(bob, "anybody?");

        await NotedAsync("away 1");
        await ann.ReconnectAsync(ann.Streams[0].Stream, 1, 1);
        Assert.That(await GotAsync(ann, 1), Is.EqualTo(new[] { (2u, "anybody?") }));
    }

    [Test]
    public async Task Deliver_GatewayFailsForAWhile_ArrivesOnceAndInOrder()
    {
        await CreateAsync();
        var (ann, bob) = (Cluster.Connect(0), Cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);
        await GotAsync(ann, 1);
        var (records, failures) = (Cluster.Get<GatewayRecords>(), 0);
        records.OnDeliver = () =>
        {
            if (Interlocked.Increment(ref failures) <= 3)
            {
                throw new InvalidOperationException("the gateway has a bad moment");
            }
        };
        try
        {
            await SayAsync(bob, "one");
            await SayAsync(bob, "two");
            await SayAsync(bob, "three");

            Assert.That((await GotAsync(ann, 4))[1..], Is.EqualTo(new[] { (2u, "one"), (3u, "two"), (4u, "three") }));
        }
        finally
        {
            records.OnDeliver = static () => { };
        }
    }

    [Test]
    public async Task Close_ByHandler_AnswersAndTellsEverybody()
    {
        await CreateAsync();
        var (ann, bob) = (Cluster.Connect(0, "ann"), Cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);

        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Close), Is.EqualTo("""{"text":"closed"}"""));

        Assert.That(ProbeRoom.NotesOf(Room)[3..], Is.EqualTo(new[] { "closing", "left 1: RoomClosed", "left 2: RoomClosed" }));
        await Wait.UntilAsync(() => ann.Stream(ProbeRoom.Name, Room).IsClosed && bob.Stream(ProbeRoom.Name, Room).IsClosed, Limit, "both gateways are told");
        Assert.That(await bob.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("hello?")), Does.StartWith("""{"code":409,"""));
        Assert.That((await bob.ResumeAsync(bob.Streams[0].Stream, 0)).Status, Is.EqualTo(StreamResumeStatus.NotMember));
    }

    [Test]
    public async Task Close_EmptyForItsTime_HappensByItself()
    {
        await CreateAsync(new ProbeOptions(EmptyMilliseconds: 100));

        await NotedAsync("closing");
        await Wait.UntilAsync(async () => await Cluster.Room(ProbeRoom.Name, Room).GetListingAsync() is null, Limit, "there is no such room");
    }

    [Test]
    public async Task Tick_Started_ComesInFixedStepsWithoutGaps()
    {
        await CreateAsync(new ProbeOptions(TickMilliseconds: 20));
        await NotedAsync("tick 10");

        var ticks = ProbeRoom.NotesOf(Room).Where(static note => note.StartsWith("tick", StringComparison.Ordinal)).Take(10);
        Assert.That(ticks, Is.EqualTo(Enumerable.Range(1, 10).Select(static number => $"tick {number}")));
        await Cluster.Room(ProbeRoom.Name, Room).CloseAsync();
    }

    [Test]
    public async Task Timer_Registered_ComesUntilTheRoomCloses()
    {
        await CreateAsync();
        var ann = Cluster.Connect();
        await JoinAsync(ann);
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Chime);
        await NotedAsync("timer 3");
        await Cluster.Room(ProbeRoom.Name, Room).CloseAsync();

        Assert.That(ProbeRoom.NotesOf(Room)[^1], Is.EqualTo("left 1: RoomClosed"));
    }

    [Test]
    public async Task Publish_FromOutside_ReachesEverybody()
    {
        await CreateAsync();
        var ann = Cluster.Connect();
        await JoinAsync(ann);

        Assert.That(await Cluster.Room(ProbeRoom.Name, Room).PublishAsync(ProbeRoom.Said, "{\"text\":\"news\"}"u8.ToArray(), null), Is.True);
        Assert.That((await GotAsync(ann, 2))[1], Is.EqualTo((2u, "news")));
        Assert.That(await Cluster.Room(ProbeRoom.Name, "nowhere").PublishAsync(ProbeRoom.Said, [], null), Is.False);
    }

    [Test]
    public async Task Whisper_ToOneMember_TakesNoNumberOfOthers()
    {
        await CreateAsync();
        var (ann, bob) = (Cluster.Connect(0), Cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);
        await bob.AskAsync(ProbeRoom.Name, ProbeRoom.Whisper, Text("psst"));
        await SayAsync(bob, "all");

        Assert.That(await GotAsync(ann, 3), Is.EqualTo(new[] { (1u, "welcome 1"), (2u, "psst"), (3u, "all") }));
        Assert.That(await GotAsync(bob, 2), Is.EqualTo(new[] { (1u, "welcome 2"), (2u, "all") }));
    }
}
