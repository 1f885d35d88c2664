using System.Text.Json;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Rooms;

internal sealed class RoomGrainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private RoomCluster _cluster;
    private string _room;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await RoomCluster.StartAsync(2, typeof(ProbeRoom), typeof(ProbeLobby));

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [SetUp]
    public void NameRoom() => _room = Guid.NewGuid().ToString("N");

    [Test]
    public async Task Create_Twice_IsOneRoom()
    {
        Assert.That((await CreateAsync()).Value, Is.EqualTo(new RoomCreated(_room, IsNew: true)));
        Assert.That((await _cluster.Get<IRooms>(1).CreateAsync(ProbeRoom.Name, _room)).Value, Is.EqualTo(new RoomCreated(_room, IsNew: false)));
        Assert.That(ProbeRoom.NotesOf(_room), Is.EqualTo(new[] { "created" }));
    }

    [Test]
    public async Task Create_ManyAtOnceFromTwoSilos_IsNewForOne()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => _cluster.Get<IRooms>(i % 2).CreateAsync(ProbeRoom.Name, _room).AsTask()));

        Assert.That(created.Count(static one => one.Value!.IsNew), Is.EqualTo(1));
    }

    [Test]
    public async Task Create_WithoutAKey_GivesOneThatCannotBeGuessed()
    {
        var (one, other) = (await _cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name), await _cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name));

        Assert.That(one.Value!.Room, Has.Length.EqualTo(32).And.Not.EqualTo(other.Value!.Room));
    }

    [Test]
    public async Task Create_Refused_LeavesNoRoom()
    {
        var created = await CreateAsync(new ProbeOptions(Refuse: true));

        Assert.That((created.Error!.Code, created.Error.Text), Is.EqualTo((1001, "not today")));
        Assert.That(await JoinAsync(_cluster.Connect()), Does.StartWith("""{"code":404,"""));
        Assert.That((await CreateAsync()).Value!.IsNew, Is.True, "the key is free");
    }

    [Test]
    public async Task Create_OptionsThatDoNotFit_IsABadRequest()
    {
        var created = await _cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name, _room, new RoomSetup(Options: "[]"u8.ToArray()));

        Assert.That(created.Error!.Code, Is.EqualTo(400));
    }

    [Test]
    public async Task Create_BeyondTheBounds_IsABadRequest()
    {
        var rooms = _cluster.Get<IRooms>();
        var refused = new[]
        {
            await rooms.CreateAsync(ProbeRoom.Name, ""),
            await rooms.CreateAsync(ProbeRoom.Name, new string('x', 129)),
            await rooms.CreateAsync(ProbeRoom.Name, _room, new RoomSetup(Label: new string('x', 129))),
            await rooms.CreateAsync(ProbeRoom.Name, _room, new RoomSetup(MaxMembers: 0)),
            await rooms.CreateAsync(ProbeRoom.Name, _room, new RoomSetup(Options: new byte[4097])),
        };

        Assert.That(refused.Select(static one => one.Error?.Code), Is.All.EqualTo(400));
    }

    [Test]
    public async Task Create_ServiceThatNobodyHosts_IsUnavailable() =>
        Assert.That((await _cluster.Get<IRooms>().CreateAsync("tests.nobody", _room)).Error!.Code, Is.EqualTo(503));

    [Test]
    public async Task Join_Member_GetsTheSnapshotAndThenTheStreamFromOne()
    {
        await CreateAsync();
        var ann = _cluster.Connect(1);

        Assert.That(await JoinAsync(ann), Is.EqualTo("""{"member":1,"returned":false,"snapshot":"{\"text\":\"snapshot for 1\"}"}"""));
        await SayAsync(ann, "hello");

        Assert.That(await GotAsync(ann, 2), Is.EqualTo(new[] { (1u, "welcome 1"), (2u, "hello") }));
    }

    [Test]
    public async Task Join_Again_IsTheSameMemberAndStream()
    {
        await CreateAsync();
        var ann = _cluster.Connect();
        await JoinAsync(ann);
        await JoinAsync(ann);
        await SayAsync(ann, "hello");

        Assert.That(await GotAsync(ann, 2), Is.EqualTo(new[] { (1u, "welcome 1"), (2u, "hello") }));
        Assert.That(ann.Streams, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Join_AgainAfterALostAnswer_OpensTheStreamAnew()
    {
        await CreateAsync();
        var ann = _cluster.Connect();
        var request = new RoomJoinRequest(ann.Session, null);
        Assert.That((await _cluster.Room(ProbeRoom.Name, _room).JoinAsync(request)).OpensStream, Is.True);

        await JoinAsync(ann);
        await SayAsync(ann, "hello");

        Assert.That(await GotAsync(ann, 1), Is.EqualTo(new[] { (1u, "hello") }), "the welcome was before the snapshot that came with the second answer");
    }

    [Test]
    public async Task Join_RoomThatWasClosedAndOpenedAgain_BeginsItsStreamAnew()
    {
        await CreateAsync();
        var ann = _cluster.Connect();
        await JoinAsync(ann);
        await GotAsync(ann, 1);
        await _cluster.Room(ProbeRoom.Name, _room).CloseAsync();
        await CreateAsync();

        await JoinAsync(ann);

        Assert.That(await GotAsync(ann, 2), Is.EqualTo(new[] { (1u, "welcome 1"), (1u, "welcome 1") }));
        Assert.That(ann.Streams.Select(static change => change.Opened), Is.EqualTo(new[] { true, false, true }), "the gateway, which knows the old stream, ends it first");
    }

    [Test]
    public async Task Join_FullRoom_IsRefusedButSpectatorsHaveTheirOwnPlaces()
    {
        await CreateAsync(maxMembers: 2);
        var clients = Enumerable.Range(0, 5).Select(_ => _cluster.Connect()).ToArray();
        await JoinAsync(clients[0]);
        await JoinAsync(clients[1]);

        Assert.That(await JoinAsync(clients[2]), Does.StartWith("""{"code":409,""").And.Contains("full"));
        Assert.That(await clients[3].AskAsync(ProbeLobby.Name, ProbeLobby.Watch, Request()), Does.Contain("\"member\":3"));
        Assert.That(await clients[4].AskAsync(ProbeLobby.Name, ProbeLobby.Watch, Request()), Does.StartWith("""{"code":409,"""));
        Assert.That(await clients[0].AskAsync(ProbeLobby.Name, ProbeLobby.Watch, Request()), Does.StartWith("""{"code":409,""").And.Contains("role"));
    }

    [Test]
    public async Task Join_RoomSaysNo_IsItsError()
    {
        await CreateAsync();

        Assert.That(
            await _cluster.Connect().AskAsync(ProbeLobby.Name, ProbeLobby.Join, JsonSerializer.Serialize(new { room = _room, password = "bad password" })),
            Does.StartWith("""{"code":1002,""").And.Contains("wrong password"));
        Assert.That((await _cluster.Room(ProbeRoom.Name, _room).GetListingAsync())!.Members, Is.Zero);
    }

    [Test]
    public async Task Join_LockedRoom_LetsOnlyMembersBackIn()
    {
        await CreateAsync();
        var (ann, again) = (_cluster.Connect(0, "ann"), _cluster.Connect(1, "ann"));
        await JoinAsync(ann);
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Lock);

        Assert.That(await JoinAsync(_cluster.Connect(0, "bob")), Does.StartWith("""{"code":403,"""));
        Assert.That(await JoinAsync(again), Does.Contain("\"member\":1,\"returned\":true"));
    }

    [Test]
    public async Task Handle_SessionThatIsNoMember_IsRefused()
    {
        await CreateAsync();
        var (ann, bob) = (_cluster.Connect(), _cluster.Connect());
        await JoinAsync(ann);
        await JoinAsync(bob);
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Remove);

        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("still here")), Does.StartWith("""{"code":409,"""));
        await Wait.UntilAsync(() => ann.Stream(ProbeRoom.Name, _room).IsClosed, Limit, "the gateway is told");
        Assert.That(ProbeRoom.NotesOf(_room)[^1], Is.EqualTo("left 1: Removed"));
    }

    [Test]
    public async Task Handle_HandlerThrows_CostsItsSenderOnly()
    {
        await CreateAsync();
        var ann = _cluster.Connect();
        await JoinAsync(ann);

        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Throw), Does.StartWith("""{"code":500,"""));
        await SayAsync(ann, "goes on");
        Assert.That(await GotAsync(ann, 2), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Leave_FromTheLobbyOrFromARoomsOwnHandler_EndsMembership()
    {
        await CreateAsync();
        var (ann, bob) = (_cluster.Connect(0, "ann"), _cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);

        Assert.That(await ann.AskAsync(ProbeLobby.Name, ProbeLobby.Leave, Request()), Is.EqualTo("""{"text":"True"}"""));
        Assert.That(await bob.AskAsync(ProbeRoom.Name, ProbeRoom.LeaveByDirectory), Is.EqualTo("""{"text":"True"}"""));
        Assert.That(ProbeRoom.NotesOf(_room), Is.EqualTo(new[] { "created", "joined 1", "joined 2", "left 1: Left", "left 2: Left" }));
        Assert.That(ann.Streams[^1].Opened, Is.False);
    }

    [Test]
    public async Task End_Player_KeepsTheSeatForANewSession()
    {
        await CreateAsync(maxMembers: 1);
        var (ann, again) = (_cluster.Connect(0, "ann"), _cluster.Connect(1, "ann"));
        await JoinAsync(ann);
        await ann.EndAsync(ann.Streams[0].Stream);
        Assert.That(await JoinAsync(_cluster.Connect(0, "bob")), Does.Contain("full"), "the seat is kept");

        Assert.That(await JoinAsync(again), Does.Contain("\"member\":1,\"returned\":true"));
        await SayAsync(again, "back");

        Assert.That(await GotAsync(again, 1), Is.EqualTo(new[] { (1u, "back") }));
        Assert.That(ProbeRoom.NotesOf(_room), Is.EqualTo(new[] { "created", "joined 1", "away 1", "back 1" }));
    }

    [Test]
    public async Task End_PlayerStaysAway_FreesTheSeat()
    {
        await CreateAsync(new ProbeOptions(SeatMilliseconds: 100));
        var ann = _cluster.Connect(0, "ann");
        await JoinAsync(ann);
        await ann.EndAsync(ann.Streams[0].Stream);

        await NotedAsync("left 1: SessionEnded");
    }

    [Test]
    public async Task End_SessionWithoutPlayer_LeavesAtOnce()
    {
        await CreateAsync();
        var ann = _cluster.Connect();
        await JoinAsync(ann);
        await ann.AskAsync(ProbeRoom.Name, WellKnownMessages.Offline);

        Assert.That(ProbeRoom.NotesOf(_room)[^1], Is.EqualTo("left 1: SessionEnded"));
    }

    [Test]
    public async Task Join_SecondSessionOfAPlayer_TakesTheSeatAndClosesTheFirstStream()
    {
        await CreateAsync();
        var (ann, again) = (_cluster.Connect(0, "ann"), _cluster.Connect(1, "ann"));
        await JoinAsync(ann);
        Assert.That(await JoinAsync(again), Does.Contain("\"member\":1,\"returned\":true"));
        await SayAsync(again, "only here");
        await GotAsync(again, 1);

        await Wait.UntilAsync(() => ann.Stream(ProbeRoom.Name, _room).IsClosed, Limit, "the first session's gateway is told");
        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("me too")), Does.StartWith("""{"code":409,"""));
        Assert.That(ProbeRoom.NotesOf(_room), Is.EqualTo(new[] { "created", "joined 1" }), "nobody was away");
    }

    [Test]
    public async Task Resume_TooLate_IsAResyncWithASnapshot()
    {
        await CreateAsync();
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
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
        Assert.That(ProbeRoom.NotesOf(_room)[^2..], Is.EqualTo(new[] { "away 1", "back 1" }));
    }

    [Test]
    public async Task Deliver_SessionThatTheGatewayDoesNotCarry_CountsAsAway()
    {
        await CreateAsync();
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
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
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);
        await GotAsync(ann, 1);
        var (records, failures) = (_cluster.Get<GatewayRecords>(), 0);
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
        var (ann, bob) = (_cluster.Connect(0, "ann"), _cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);

        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Close), Is.EqualTo("""{"text":"closed"}"""));

        Assert.That(ProbeRoom.NotesOf(_room)[3..], Is.EqualTo(new[] { "closing", "left 1: RoomClosed", "left 2: RoomClosed" }));
        await Wait.UntilAsync(() => ann.Stream(ProbeRoom.Name, _room).IsClosed && bob.Stream(ProbeRoom.Name, _room).IsClosed, Limit, "both gateways are told");
        Assert.That(await bob.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("hello?")), Does.StartWith("""{"code":409,"""));
        Assert.That((await bob.ResumeAsync(bob.Streams[0].Stream, 0)).Status, Is.EqualTo(StreamResumeStatus.NotMember));
    }

    [Test]
    public async Task Close_EmptyForItsTime_HappensByItself()
    {
        await CreateAsync(new ProbeOptions(EmptyMilliseconds: 100));

        await NotedAsync("closing");
        await Wait.UntilAsync(async () => await _cluster.Room(ProbeRoom.Name, _room).GetListingAsync() is null, Limit, "there is no such room");
    }

    [Test]
    public async Task Tick_Started_ComesInFixedStepsWithoutGaps()
    {
        await CreateAsync(new ProbeOptions(TickMilliseconds: 20));
        await NotedAsync("tick 10");

        var ticks = ProbeRoom.NotesOf(_room).Where(static note => note.StartsWith("tick", StringComparison.Ordinal)).Take(10);
        Assert.That(ticks, Is.EqualTo(Enumerable.Range(1, 10).Select(static number => $"tick {number}")));
        await _cluster.Room(ProbeRoom.Name, _room).CloseAsync();
    }

    [Test]
    public async Task Timer_Registered_ComesUntilTheRoomCloses()
    {
        await CreateAsync();
        var ann = _cluster.Connect();
        await JoinAsync(ann);
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Chime);
        await NotedAsync("timer 3");
        await _cluster.Room(ProbeRoom.Name, _room).CloseAsync();

        Assert.That(ProbeRoom.NotesOf(_room)[^1], Is.EqualTo("left 1: RoomClosed"));
    }

    [Test]
    public async Task Publish_FromOutside_ReachesEverybody()
    {
        await CreateAsync();
        var ann = _cluster.Connect();
        await JoinAsync(ann);

        Assert.That(await _cluster.Room(ProbeRoom.Name, _room).PublishAsync(ProbeRoom.Said, "{\"text\":\"news\"}"u8.ToArray(), null), Is.True);
        Assert.That((await GotAsync(ann, 2))[1], Is.EqualTo((2u, "news")));
        Assert.That(await _cluster.Room(ProbeRoom.Name, "nowhere").PublishAsync(ProbeRoom.Said, [], null), Is.False);
    }

    [Test]
    public async Task Whisper_ToOneMember_TakesNoNumberOfOthers()
    {
        await CreateAsync();
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);
        await bob.AskAsync(ProbeRoom.Name, ProbeRoom.Whisper, Text("psst"));
        await SayAsync(bob, "all");

        Assert.That(await GotAsync(ann, 3), Is.EqualTo(new[] { (1u, "welcome 1"), (2u, "psst"), (3u, "all") }));
        Assert.That(await GotAsync(bob, 2), Is.EqualTo(new[] { (1u, "welcome 2"), (2u, "all") }));
    }

    private ValueTask<Response<RoomCreated>> CreateAsync(ProbeOptions? options = null, int? maxMembers = null) => _cluster.Get<IRooms>().CreateAsync(
        ProbeRoom.Name, _room, new RoomSetup(MaxMembers: maxMembers, Options: options is null ? null : ServiceJson.For(typeof(ProbeOptions).Assembly).Serialize(options)));

    private string Request() => $$"""{"room":"{{_room}}"}""";

    private static string Text(string text) => $$"""{"text":"{{text}}"}""";

    private Task<string> JoinAsync(TestClient client) => client.AskAsync(ProbeLobby.Name, ProbeLobby.Join, Request());

    private static Task SayAsync(TestClient client, string text) => client.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text(text));

    private async Task<(uint Number, string Text)[]> GotAsync(TestClient client, int count) =>
        [.. (await client.WaitForAsync(ProbeRoom.Name, _room, count)).Select(static got => (got.Number, JsonElement.Parse(got.Text).GetProperty("text").GetString()!))];

    private Task NotedAsync(string note) => Wait.UntilAsync(() => ProbeRoom.NotesOf(_room).Contains(note), Limit, note, () => string.Join('\n', ProbeRoom.NotesOf(_room)));
}
