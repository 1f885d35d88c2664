using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Rooms;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Rooms;

namespace GameCluster.Tests.Games;

/// <summary>The drawing board, on two silos.</summary>
internal sealed class BoardTests
{
    private const string Board = BoardRoom.Name;
    private const string Lobby = "board.lobby";

    private RoomCluster _cluster;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await RoomCluster.StartAsync(2, typeof(BoardLobby), typeof(BoardRoom));

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Draw_TwoMembersOnTwoGateways_BothSeeEveryStrokeInOrderAndOnce()
    {
        var (ann, bob) = (_cluster.Connect(0, "ann"), _cluster.Connect(1));
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await JoinAsync(bob, room);
        for (var i = 1; i <= 20; i++)
        {
            Assert.That(await DrawAsync(i % 2 == 0 ? ann : bob, i), Is.EqualTo($$"""{"code":200,"id":{{i}}}"""));
        }

        var forAnn = await ann.WaitForAsync(Board, room, 21);
        var forBob = await bob.WaitForAsync(Board, room, 20);

        Assert.That(forAnn[0], Is.EqualTo((BoardMessages.Joined, 1u, """{"member":2,"spectator":false}""")));
        Assert.That(forBob.Select(static got => (got.Id, got.Number)), Is.EqualTo(Enumerable.Range(1, 20).Select(static number => (BoardMessages.Drawn, (uint)number))));
        Assert.That(forBob[4].Text, Is.EqualTo("""{"stroke":{"id":5,"member":2,"color":5,"points":[1,2,3,4]},"first":1}"""));
        Assert.That(forAnn[1..].Select(static got => got.Text), Is.EqualTo(forBob.Select(static got => got.Text)));
    }

    [Test]
    public async Task Join_BoardWithStrokes_GivesThemAndTheMembers()
    {
        var (ann, bob) = (_cluster.Connect(0, "ann"), _cluster.Connect(1, "bob"));
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await DrawAsync(ann, 7);

        var reply = await JoinAsync(bob, room);

        Assert.That(reply.GetProperty("member").GetInt32(), Is.EqualTo(2));
        Assert.That(reply.GetProperty("board").GetProperty("strokes")[0].GetProperty("color").GetInt32(), Is.EqualTo(7));
        Assert.That(reply.GetProperty("board").GetProperty("members").EnumerateArray().Select(static member => member.GetProperty("player").GetString()), Is.EqualTo(new[] { "ann", "bob" }));
    }

    [Test]
    public async Task MoveCursor_SomebodyComesLater_SeesOnlyTheNewestPlaceUnnumbered()
    {
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);
        await ann.AskAsync(Board, BoardMessages.MoveCursor, """{"x":1,"y":1}""");
        await ann.AskAsync(Board, BoardMessages.MoveCursor, """{"x":2,"y":3}""");

        await JoinAsync(bob, room);

        Assert.That(await bob.WaitForAsync(Board, room, 1), Is.EqualTo(new[] { (BoardMessages.CursorMoved, 0u, """{"member":1,"x":2,"y":3}""") }));
        Assert.That(ann.Stream(Board, room).Got.Select(static got => got.Id), Has.None.EqualTo(BoardMessages.CursorMoved), "nobody needs to be told of the own cursor");
    }

    [Test]
    public async Task Reconnect_OnAnotherGateway_BringsWhatWasMissed()
    {
        var (ann, bob) = (_cluster.Connect(0, "ann"), _cluster.Connect(0, "bob"));
        var room = await CreateAsync(ann);
        await JoinAsync(bob, room);
        await JoinAsync(ann, room);
        await DrawAsync(bob, 1);
        await ann.WaitForAsync(Board, room, 1);
        var stream = ann.Streams.Single().Stream;
        await ann.DisconnectAsync(stream);
        await DrawAsync(bob, 2);
        await DrawAsync(bob, 3);

        var answer = await ann.ReconnectAsync(stream, 1, 1);
        await DrawAsync(bob, 4);

        Assert.That(answer.Status, Is.EqualTo(StreamResumeStatus.Resumed));
        Assert.That((await ann.WaitForAsync(Board, room, 3)).Select(static got => got.Number), Is.EqualTo(new[] { 2u, 3u, 4u }));
        Assert.That(
            (await bob.WaitForAsync(Board, room, 7)).Select(static got => got.Id),
            Is.EqualTo(new[] { BoardMessages.Joined, BoardMessages.Drawn, BoardMessages.Away, BoardMessages.Drawn, BoardMessages.Drawn, BoardMessages.Back, BoardMessages.Drawn }));
    }

    [Test]
    public async Task Leave_Member_HearsNoMoreAndIsNotListed()
    {
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
        var room = await CreateAsync(ann, "leave");
        await JoinAsync(ann, room);
        await JoinAsync(bob, room);
        Assert.That(await ann.AskAsync(Board, BoardMessages.Leave), Is.EqualTo("""{"code":200}"""));

        Assert.That(ann.Streams[^1].Opened, Is.False);
        Assert.That((await bob.WaitForAsync(Board, room, 1)).Single(), Is.EqualTo((BoardMessages.Left, 1u, """{"member":1,"spectator":false}""")));
        await Wait.UntilAsync(
            async () => await bob.AskAsync(Lobby, 30011, """{"label":"leave"}""") == $$"""{"code":200,"rooms":[{"room":"{{room}}","label":"leave","members":1,"max":50}],"complete":true}""",
            TimeSpan.FromSeconds(10),
            "the list shows one member");
    }

    [Test]
    public async Task Draw_Spectator_IsRefused()
    {
        var (ann, bob) = (_cluster.Connect(0), _cluster.Connect(1));
        var room = await CreateAsync(ann);
        await bob.AskAsync(Lobby, BoardMessages.Join, $$"""{"room":"{{room}}","spectator":true}""");

        Assert.That(await DrawAsync(bob, 1), Does.StartWith("""{"code":403,"""));
    }

    [TestCase("""{"color":-1,"points":[1,2]}""")]
    [TestCase("""{"color":1,"points":[]}""")]
    [TestCase("""{"color":1,"points":[1]}""")]
    [TestCase("""{"color":1,"points":[1,4096]}""")]
    public async Task Draw_WhatIsNoStroke_IsRefused(string body)
    {
        var ann = _cluster.Connect();
        var room = await CreateAsync(ann);
        await JoinAsync(ann, room);

        Assert.That(await ann.AskAsync(Board, BoardMessages.Draw, body), Does.StartWith("""{"code":400,"""));
    }

    [Test]
    public async Task Join_NoSuchRoom_IsRefused() =>
        Assert.That(await _cluster.Connect().AskAsync(Lobby, BoardMessages.Join, """{"room":"nowhere"}"""), Does.StartWith("""{"code":404,"""));

    private static async Task<string> CreateAsync(TestClient client, string? label = null)
    {
        var reply = JsonElement.Parse(await client.AskAsync(Lobby, BoardMessages.Create, JsonSerializer.Serialize(new { label })));
        Assert.That(reply.GetProperty("code").GetInt32(), Is.EqualTo(200));
        return reply.GetProperty("room").GetString()!;
    }

    private static async Task<JsonElement> JoinAsync(TestClient client, string room)
    {
        var reply = JsonElement.Parse(await client.AskAsync(Lobby, BoardMessages.Join, $$"""{"room":"{{room}}"}"""));
        Assert.That(reply.GetProperty("code").GetInt32(), Is.EqualTo(200));
        return reply;
    }

    private static Task<string> DrawAsync(TestClient client, int color) => client.AskAsync(Board, BoardMessages.Draw, $$"""{"color":{{color}},"points":[1,2,3,4]}""");
}
