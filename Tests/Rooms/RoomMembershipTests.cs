using System.Text.Json;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Rooms;

/// <summary>Who opens a room, gets in, and leaves.</summary>
internal sealed class RoomMembershipTests : RoomGrainTest
{
    [Test]
    public async Task Create_Twice_IsOneRoom()
    {
        Assert.That((await CreateAsync()).Value, Is.EqualTo(new RoomCreated(Room, IsNew: true)));
        Assert.That((await Cluster.Get<IRooms>(1).CreateAsync(ProbeRoom.Name, Room)).Value, Is.EqualTo(new RoomCreated(Room, IsNew: false)));
        Assert.That(ProbeRoom.NotesOf(Room), Is.EqualTo(new[] { "created" }));
    }

    [Test]
    public async Task Create_ManyAtOnceFromTwoSilos_IsNewForOne()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Cluster.Get<IRooms>(i % 2).CreateAsync(ProbeRoom.Name, Room).AsTask()));

        Assert.That(created.Count(static one => one.Value!.IsNew), Is.EqualTo(1));
    }

    [Test]
    public async Task Create_WithoutAKey_GivesOneThatCannotBeGuessed()
    {
        var (one, other) = (await Cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name), await Cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name));

        Assert.That(one.Value!.Room, Has.Length.EqualTo(32).And.Not.EqualTo(other.Value!.Room));
    }

    [Test]
    public async Task Create_Refused_LeavesNoRoom()
    {
        var created = await CreateAsync(new ProbeOptions(Refuse: true));

        Assert.That((created.Error!.Code, created.Error.Text), Is.EqualTo((1001, "not today")));
        Assert.That(await JoinAsync(Cluster.Connect()), Does.StartWith("""{"code":404,"""));
        Assert.That((await CreateAsync()).Value!.IsNew, Is.True, "the key is free");
    }

    [Test]
    public async Task Create_OptionsThatDoNotFit_IsABadRequest()
    {
        var created = await Cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name, Room, new RoomSetup(Options: "[]"u8.ToArray()));

        Assert.That(created.Error!.Code, Is.EqualTo(400));
    }

    [Test]
    public async Task Create_BeyondTheBounds_IsABadRequest()
    {
        var rooms = Cluster.Get<IRooms>();
        var refused = new[]
        {
            await rooms.CreateAsync(ProbeRoom.Name, ""),
            await rooms.CreateAsync(ProbeRoom.Name, new string('x', 129)),
            await rooms.CreateAsync(ProbeRoom.Name, Room, new RoomSetup(Label: new string('x', 129))),
            await rooms.CreateAsync(ProbeRoom.Name, Room, new RoomSetup(MaxMembers: 0)),
            await rooms.CreateAsync(ProbeRoom.Name, Room, new RoomSetup(Options: new byte[4097])),
        };

        Assert.That(refused.Select(static one => one.Error?.Code), Is.All.EqualTo(400));
    }

    [Test]
    public async Task Create_ServiceThatNobodyHosts_IsUnavailable() =>
        Assert.That((await Cluster.Get<IRooms>().CreateAsync("tests.nobody", Room)).Error!.Code, Is.EqualTo(503));

    [Test]
    public async Task Join_Member_GetsTheSnapshotAndThenTheStreamFromOne()
    {
        await CreateAsync();
        var ann = Cluster.Connect(1);

        Assert.That(await JoinAsync(ann), Is.EqualTo("""{"member":1,"returned":false,"snapshot":"{\"text\":\"snapshot for 1\"}"}"""));
        await SayAsync(ann, "hello");

        Assert.That(await GotAsync(ann, 2), Is.EqualTo(new[] { (1u, "welcome 1"), (2u, "hello") }));
    }

    [Test]
    public async Task Join_Again_IsTheSameMemberAndStream()
    {
        await CreateAsync();
        var ann = Cluster.Connect();
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
        var ann = Cluster.Connect();
        var request = new RoomJoinRequest(ann.Session, null);
        Assert.That((await Cluster.Room(ProbeRoom.Name, Room).JoinAsync(request)).OpensStream, Is.True);

        await JoinAsync(ann);
        await SayAsync(ann, "hello");

        Assert.That(await GotAsync(ann, 1), Is.EqualTo(new[] { (1u, "hello") }), "the welcome was before the snapshot that came with the second answer");
    }

    [Test]
    public async Task Join_RoomThatWasClosedAndOpenedAgain_BeginsItsStreamAnew()
    {
        await CreateAsync();
        var ann = Cluster.Connect();
        await JoinAsync(ann);
        await GotAsync(ann, 1);
        await Cluster.Room(ProbeRoom.Name, Room).CloseAsync();
        await CreateAsync();

        await JoinAsync(ann);

        Assert.That(await GotAsync(ann, 2), Is.EqualTo(new[] { (1u, "welcome 1"), (1u, "welcome 1") }));
        Assert.That(ann.Streams.Select(static change => change.Opened), Is.EqualTo(new[] { true, false, true }), "the gateway, which knows the old stream, ends it first");
    }

    [Test]
    public async Task Join_FullRoom_IsRefusedButSpectatorsHaveTheirOwnPlaces()
    {
        await CreateAsync(maxMembers: 2);
        var clients = Enumerable.Range(0, 5).Select(_ => Cluster.Connect()).ToArray();
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
            await Cluster.Connect().AskAsync(ProbeLobby.Name, ProbeLobby.Join, JsonSerializer.Serialize(new { room = Room, password = "bad password" })),
            Does.StartWith("""{"code":1002,""").And.Contains("wrong password"));
        Assert.That((await Cluster.Room(ProbeRoom.Name, Room).GetListingAsync())!.Members, Is.Zero);
    }

    [Test]
    public async Task Join_LockedRoom_LetsOnlyMembersBackIn()
    {
        await CreateAsync();
        var (ann, again) = (Cluster.Connect(0, "ann"), Cluster.Connect(1, "ann"));
        await JoinAsync(ann);
        await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Lock);

        Assert.That(await JoinAsync(Cluster.Connect(0, "bob")), Does.StartWith("""{"code":403,"""));
        Assert.That(await JoinAsync(again), Does.Contain("\"member\":1,\"returned\":true"));
    }

    [Test]
    public async Task Leave_FromTheLobbyOrFromARoomsOwnHandler_EndsMembership()
    {
        await CreateAsync();
        var (ann, bob) = (Cluster.Connect(0, "ann"), Cluster.Connect(1));
        await JoinAsync(ann);
        await JoinAsync(bob);

        Assert.That(await ann.AskAsync(ProbeLobby.Name, ProbeLobby.Leave, Request()), Is.EqualTo("""{"text":"True"}"""));
        Assert.That(await bob.AskAsync(ProbeRoom.Name, ProbeRoom.LeaveByDirectory), Is.EqualTo("""{"text":"True"}"""));
        Assert.That(ProbeRoom.NotesOf(Room), Is.EqualTo(new[] { "created", "joined 1", "joined 2", "left 1: Left", "left 2: Left" }));
        Assert.That(ann.Streams[^1].Opened, Is.False);
    }

    [Test]
    public async Task End_Player_KeepsTheSeatForANewSession()
    {
        await CreateAsync(maxMembers: 1);
        var (ann, again) = (Cluster.Connect(0, "ann"), Cluster.Connect(1, "ann"));
        await JoinAsync(ann);
        await ann.EndAsync(ann.Streams[0].Stream);
        Assert.That(await JoinAsync(Cluster.Connect(0, "bob")), Does.Contain("full"), "the seat is kept");

        Assert.That(await JoinAsync(again), Does.Contain("\"member\":1,\"returned\":true"));
        await SayAsync(again, "back");

        Assert.That(await GotAsync(again, 1), Is.EqualTo(new[] { (1u, "back") }));
        Assert.That(ProbeRoom.NotesOf(Room), Is.EqualTo(new[] { "created", "joined 1", "away 1", "back 1" }));
    }

    [Test]
    public async Task End_PlayerStaysAway_FreesTheSeat()
    {
        await CreateAsync(new ProbeOptions(SeatMilliseconds: 100));
        var ann = Cluster.Connect(0, "ann");
        await JoinAsync(ann);
        await ann.EndAsync(ann.Streams[0].Stream);

        await NotedAsync("left 1: SessionEnded");
    }

    [Test]
    public async Task End_SessionWithoutPlayer_LeavesAtOnce()
    {
        await CreateAsync();
        var ann = Cluster.Connect();
        await JoinAsync(ann);
        await ann.AskAsync(ProbeRoom.Name, WellKnownMessages.Offline);

        Assert.That(ProbeRoom.NotesOf(Room)[^1], Is.EqualTo("left 1: SessionEnded"));
    }

    [Test]
    public async Task Join_SecondSessionOfAPlayer_TakesTheSeatAndClosesTheFirstStream()
    {
        await CreateAsync();
        var (ann, again) = (Cluster.Connect(0, "ann"), Cluster.Connect(1, "ann"));
        await JoinAsync(ann);
        Assert.That(await JoinAsync(again), Does.Contain("\"member\":1,\"returned\":true"));
        await SayAsync(again, "only here");
        await GotAsync(again, 1);

        await Wait.UntilAsync(() => ann.Stream(ProbeRoom.Name, Room).IsClosed, Limit, "the first session's gateway is told");
        Assert.That(await ann.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text("me too")), Does.StartWith("""{"code":409,"""));
        Assert.That(ProbeRoom.NotesOf(Room), Is.EqualTo(new[] { "created", "joined 1" }), "nobody was away");
    }
}
