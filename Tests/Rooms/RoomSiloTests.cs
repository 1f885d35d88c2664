using GameCluster.Rooms;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Rooms;

/// <summary>Rooms when silos come and go, each on a cluster of its own.</summary>
internal sealed class RoomSiloTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task List_RoomsOfEverySilo_AreAllThereAndGoneWithTheirSilo()
    {
        await using var cluster = await RoomCluster.StartAsync(3, typeof(ProbeRoom), typeof(ProbeLobby));
        var rooms = cluster.Get<IRooms>();
        for (var i = 0; i < 30; i++)
        {
            await rooms.CreateAsync(ProbeRoom.Name, $"room {i:00}", new RoomSetup(Label: i % 2 == 0 ? "even" : "odd", Unlisted: i == 0));
        }

        var all = await rooms.ListAsync(ProbeRoom.Name);
        Assert.That(all.Rooms.Select(static room => room.Room), Is.EqualTo(Enumerable.Range(1, 29).Select(static i => $"room {i:00}")));
        Assert.That(all.Complete, Is.True);
        Assert.That((await rooms.ListAsync(ProbeRoom.Name, new RoomFilter(Label: "odd"))).Rooms, Has.Length.EqualTo(15));
        var some = await rooms.ListAsync(ProbeRoom.Name, null, 5);
        Assert.That((some.Rooms.Length, some.Complete), Is.EqualTo((5, false)), "there are more than asked for");
        Assert.That((await rooms.ListAsync("tests.other")).Rooms, Is.Empty);

        var counts = cluster.Silos.Select((_, index) => cluster.Get<RoomTable>(index).Count).ToArray();
        Assert.That(counts.Sum(), Is.EqualTo(30));
        Assert.That(counts[2], Is.Positive, "rooms spread over the silos");
        await cluster.KillAsync(cluster.Silos[2]);

        await Wait.UntilAsync(
            async () => await rooms.ListAsync(ProbeRoom.Name) is { Complete: true } left && left.Rooms.Length + 1 >= 30 - counts[2] && left.Rooms.Length < 29,
            Limit,
            "the list has the rooms of the silos that are left, and says that these are all");
    }

    [Test]
    public async Task List_WhileARoomMoves_HasItOnceOrIsNotComplete()
    {
        await using var cluster = await RoomCluster.StartAsync(2, typeof(MovingProbe));
        var rooms = cluster.Get<IRooms>();
        await rooms.CreateAsync(MovingProbe.Name, "one");
        var at = 1 - cluster.Get<RoomTable>().Count;

        for (var i = 0; i < 20; i++)
        {
            // Each list is another one, so that none is from a moment ago.
            var moving = cluster.MoveAsync(GrainId.Create("service." + MovingProbe.Name, "one"), at = 1 - at);
            for (var limit = 1; !moving.IsCompleted; limit = (limit % RoomLimits.MaxListed) + 1)
            {
                var list = await rooms.ListAsync(MovingProbe.Name, null, limit);
                Assert.That(list.Rooms, list.Complete ? Has.Length.EqualTo(1) : Has.Length.LessThan(2));
            }

            await moving;
        }

        await Wait.UntilAsync(async () => await rooms.ListAsync(MovingProbe.Name) is { Complete: true, Rooms.Length: 1 }, Limit, "the list to be complete again");
    }

    [Test]
    public async Task List_RoomInTheAnswersOfTwoSilos_IsThereOnce()
    {
        await using var cluster = await RoomCluster.StartAsync(2, typeof(ProbeRoom));
        var rooms = cluster.Get<IRooms>();
        await rooms.CreateAsync(ProbeRoom.Name, "one");
        var id = GrainId.Create("service." + ProbeRoom.Name, "one");
        var listing = cluster.Silos.SelectMany((_, silo) => cluster.Get<RoomTable>(silo).List(null, new RoomFilter(), 1).Rooms).Single();
        for (var silo = 0; silo < 2; silo++)
        {
            cluster.Get<RoomTable>(silo).TryAdd(id, listing, isListed: true);
        }

        Assert.That((await rooms.ListAsync(ProbeRoom.Name)).Rooms, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task List_RoomFillsUp_IsLeftOutWhereSpaceIsAskedFor()
    {
        await using var cluster = await RoomCluster.StartAsync(1, typeof(ProbeRoom), typeof(ProbeLobby));
        var rooms = cluster.Get<IRooms>();
        await rooms.CreateAsync(ProbeRoom.Name, "small", new RoomSetup(MaxMembers: 1));
        Assert.That((await rooms.ListAsync(ProbeRoom.Name, new RoomFilter(WithSpace: true))).Rooms, Has.Length.EqualTo(1));

        await cluster.Connect().AskAsync(ProbeLobby.Name, ProbeLobby.Join, """{"room":"small"}""");

        await Wait.UntilAsync(
            async () => (await rooms.ListAsync(ProbeRoom.Name, new RoomFilter(WithSpace: true))).Rooms.Length == 0, Limit, "the full room is not in the list");
        var all = await rooms.ListAsync(ProbeRoom.Name);
        Assert.That((all.Rooms.Single().Members, all.Rooms[0].MaxMembers), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Kill_SiloWithAGateway_TurnsItsMembersAwayUntilTheyResumeElsewhere()
    {
        await using var cluster = await RoomCluster.StartAsync(3, typeof(ProbeRoom), typeof(ProbeLobby));
        var (ann, bob) = (cluster.Connect(2), cluster.Connect(0));
        var (key, number) = (Guid.NewGuid().ToString("N"), 0);
        while (cluster.Get<RoomTable>(0).Count == 0)
        {
            await cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name, key + ++number);
        }

        var room = key + number;
        await ann.AskAsync(ProbeLobby.Name, ProbeLobby.Join, $$"""{"room":"{{room}}"}""");
        await bob.AskAsync(ProbeLobby.Name, ProbeLobby.Join, $$"""{"room":"{{room}}"}""");
        await ann.WaitForAsync(ProbeRoom.Name, room, 1);
        await cluster.KillAsync(cluster.Silos[2]);
        await bob.AskAsync(ProbeRoom.Name, ProbeRoom.Say, """{"text":"anybody?"}""");
        await Wait.UntilAsync(() => ProbeRoom.NotesOf(room).Contains("away 1"), Limit, "the member is away");

        var answer = await ann.ReconnectAsync(ann.Streams[0].Stream, 1, 1);

        Assert.That(answer.Status, Is.EqualTo(StreamResumeStatus.Resumed));
        Assert.That((await ann.WaitForAsync(ProbeRoom.Name, room, 1)).Single(), Is.EqualTo((ProbeRoom.Said, 2u, """{"text":"anybody?"}""")));
    }

    [Test]
    public async Task Stop_SiloWithARoom_TellsItsMembers()
    {
        await using var cluster = await RoomCluster.StartAsync(2, typeof(ProbeRoom), typeof(ProbeLobby));
        var client = cluster.Connect();
        var room = 0;
        while (cluster.Get<RoomTable>(1).Count == 0)
        {
            await cluster.Get<IRooms>().CreateAsync(ProbeRoom.Name, $"{++room}");
        }

        await client.AskAsync(ProbeLobby.Name, ProbeLobby.Join, $$"""{"room":"{{room}}"}""");
        await cluster.StopAsync(cluster.Silos[1]);

        await Wait.UntilAsync(() => client.Stream(ProbeRoom.Name, $"{room}").IsClosed, Limit, "the member's gateway is told that the room is gone");
    }

    [Test]
    public async Task Kill_SiloWithDurableRooms_TheyGoOnElsewhereUnasked()
    {
        await using var cluster = await RoomCluster.StartAsync(3, new MemoryJournal(), 10, typeof(DurableProbe), typeof(DurableLobby));
        var rooms = cluster.Get<IRooms>();
        var client = cluster.Connect();
        for (var i = 0; i < 30; i++)
        {
            await rooms.CreateAsync(DurableProbe.Name, $"room {i:00}");
        }

        var lost = cluster.Get<RoomTable>(2).List(null, new RoomFilter(), 1000).Rooms.Select(static room => room.Room).ToArray();
        await client.AskAsync(DurableLobby.Name, DurableLobby.Join, $$"""{"service":"{{DurableProbe.Name}}","room":"{{lost[0]}}"}""");
        await client.AskAsync(DurableProbe.Name, DurableProbe.Say, """{"text":"one"}""", 1);
        await client.WaitForAsync(DurableProbe.Name, lost[0], 1);
        await cluster.KillAsync(cluster.Silos[2]);

        await Wait.UntilAsync(
            () => Enumerable.Range(0, 2).Sum(silo => cluster.Get<RoomTable>(silo).Count) == 30, Limit, "all rooms to be open again",
            () => string.Join(' ', Enumerable.Range(0, 2).Select(silo => cluster.Get<RoomTable>(silo).Count)));
        Assert.That(await client.AskAsync(DurableProbe.Name, DurableProbe.Say, """{"text":"one"}""", 1), Is.EqualTo("""{"text":"3"}"""), "done once");
        Assert.That((await client.ResumeAsync(client.Streams[0].Stream, 1)).Status, Is.EqualTo(StreamResumeStatus.Resumed));
        await client.AskAsync(DurableProbe.Name, DurableProbe.Say, """{"text":"two"}""", 2);
        Assert.That((await client.WaitForAsync(DurableProbe.Name, lost[0], 2))[1].Number, Is.EqualTo(2u));
    }
}
