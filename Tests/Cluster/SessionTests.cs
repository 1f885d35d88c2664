using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Sessions on several gateways of one cluster in which nothing fails.</summary>
internal sealed class SessionTests
{
    private const int Sessions = 40;
    private const int Frames = 300;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [TearDown]
    public void CheckLogs() => ProcessLog.AssertClean(SharedCluster.Processes);

    [Test]
    public async Task Send_PipelinedToSeveralServices_RepliesComeOnceAndInOrder()
    {
        await using var group = await PipelinerGroup.StartAsync(SharedCluster.Gateways, Sessions, TestSeed.Next(), Frames);

        await group.CompleteAsync();

        await group.FinishAsync();
        Assert.That(group.Sent, Is.EqualTo(Sessions * Frames));
    }

    [Test]
    public async Task Sessions_OnBothGateways_AreListedPageByPage()
    {
        await using var players = await Players.LogInAsync(SharedCluster.Gateways, 7);

        foreach (var process in SharedCluster.Processes)
        {
            var listed = await process.SessionsAsync(page: 3);

            var ids = listed.Select(static session => session.GetProperty("id").GetString()!).ToList();
            Assert.That(ids, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
            Assert.That(listed.Select(static session => session.GetProperty("player").GetString()), Is.SupersetOf(players.Names));
            Assert.That(listed.Select(static session => session.GetProperty("gateway").GetString()).Distinct().Count(), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Broadcast_FromAnyProcess_ReachesEverySession()
    {
        await using var players = await Players.LogInAsync(SharedCluster.Gateways, 6);

        foreach (var process in SharedCluster.Processes)
        {
            var body = new { message_id = 70000, body = new { code = 200, from = process.Name } };
            using var answer = await process.Admin.PostAsJsonAsync("admin/v1/broadcast", body);

            Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessions").GetInt32(), Is.GreaterThanOrEqualTo(6));
            foreach (var socket in players.Sockets)
            {
                var frame = await socket.ReceiveAsync();
                Assert.That((frame.MessageId, frame["from"].GetString()), Is.EqualTo((70000, process.Name)));
            }
        }
    }

    [Test]
    public async Task Kick_ThroughAnotherGateway_ClosesTheSession()
    {
        await using var players = await Players.LogInAsync(SharedCluster.Gateways, 2);
        var there = SharedCluster.Gateways[1];
        var session = await there.SessionOfAsync(players.Names[0]);

        using var answer = await there.Admin.PostAsJsonAsync($"admin/v1/sessions/{session}/kick", new { reason = "out" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await players.Sockets[0].ReceiveCloseAsync(), Is.EqualTo(new CloseReceived(4000, "out")));
        await players.Sockets[0].CloseAsync();
        await Wait.UntilAsync(async () => !(await there.SessionsAsync()).Exists(listed => listed.GetProperty("id").GetString() == session), Limit, "the session to go");
        Assert.That((await players.Sockets[1].RequestAsync(10000)).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task Push_FromAGrainToASessionOnAnotherGateway_Arrives()
    {
        await using var players = await Players.LogInAsync(SharedCluster.Gateways, 2);
        var (sender, receiver) = (players.Sockets[0], players.Sockets[1]);
        var session = await SharedCluster.Gateways[0].SessionOfAsync(players.Names[1]);
        await AssertUnknownAsync(players);
        await using var game = await RelaySilo.StartAsync(SharedCluster.ConnectionString);
        await KnownAsync(players);

        for (var i = 0; i < 100; i++)
        {
            await sender.SendAsync(RelayService.Relay, $$"""{"session":"{{session}}","number":{{i}}}""");
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.That((await receiver.ReceiveAsync()).Text, Is.EqualTo($$"""{"number":{{i}}}"""));
            Assert.That((await sender.ReceiveAsync())["result"].GetString(), Is.EqualTo("queued"));
        }
    }

    /// <summary>No gateway has heard of the game.</summary>
    private static async Task AssertUnknownAsync(Players players)
    {
        foreach (var socket in players.Sockets)
        {
            Assert.That((await socket.RequestAsync(RelayService.Relay)).Code, Is.EqualTo(404));
        }
    }

    /// <summary>Gateways route a game within moments after its silo has joined; each of them is asked until it does.</summary>
    private static async Task KnownAsync(Players players)
    {
        foreach (var socket in players.Sockets)
        {
            await Wait.UntilAsync(
                async () => (await socket.RequestAsync(RelayService.Relay, """{"session":"","number":0}""")).Code == 200,
                Limit,
                "a gateway to route the game of a silo that has just joined");
        }
    }
}
