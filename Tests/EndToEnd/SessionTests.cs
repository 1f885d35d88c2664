using System.Net;
using System.Net.Http.Json;
using GameCluster.Sessions;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Who a session is, what it is bound to, what reaches it, and that nothing of it is left when it has ended.</summary>
internal sealed class SessionTests
{
    private static readonly string[] Used = ["tests.fixed", "tests.player", "tests.pool", "tests.room", "tests.session", "tests.slow"];

    [Test]
    public async Task End_HoweverItComes_IsToldOnceToEveryServiceUsedOrBoundTo([Values] bool aborted)
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var session = await socket.SessionIdAsync();
        await socket.LogInAsync("anna");
        foreach (var id in (int[])[MessageIds.Visit, MessageIds.Fixed, MessageIds.Pool])
        {
            await socket.RequestAsync(id);
        }

        await socket.RequestAsync(MessageIds.Number, """{"number":1}""");
        await socket.RequestAsync(MessageIds.Join, """{"room":"bound only"}""");
        await EndAsync(socket, aborted);

        Assert.That(await Servers.Default.NoticesAsync(session, Used.Length), Is.EquivalentTo(Used));
        await Servers.Default.MetricReachesAsync(0, "gamecluster_sessions_ending");
        Assert.That(await Servers.Default.NoticesAsync(session), Is.EquivalentTo(Used), "each was told once");
    }

    [Test]
    public async Task End_BehindMessagesUnderWay_IsToldAfterThem()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var session = await socket.SessionIdAsync();
        await socket.SendAsync(MessageIds.Delay, """{"milliseconds":300}""");
        await socket.CloseAsync();

        var notices = await Servers.Default.NoticesAsync(session, 3);
        Assert.That(notices.Where(static notice => notice.StartsWith("tests.slow", StringComparison.Ordinal)), Is.EqualTo(new[] { "tests.slow delayed", "tests.slow" }));
    }

    [Test]
    public async Task End_AfterLeavingTheRoom_IsNotToldToTheRoom()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var session = await socket.SessionIdAsync();
        await socket.RequestAsync(MessageIds.Join, """{"room":"left"}""");
        await socket.RequestAsync(MessageIds.Leave);
        await socket.CloseAsync();

        await Servers.Default.NoticesAsync(session, 1);
        await Servers.Default.MetricReachesAsync(0, "gamecluster_sessions_ending");
        Assert.That(await Servers.Default.NoticesAsync(session), Is.EqualTo(new[] { "tests.session" }));
    }

    [Test]
    public async Task End_OfManySessions_LeavesNothing()
    {
        const int Count = 40;
        await Task.WhenAll(Enumerable.Range(0, Count).Select(async index =>
        {
            await using var socket = await Servers.Default.ConnectAsync();
            await socket.SessionIdAsync();
            await socket.RequestAsync(MessageIds.Number, """{"number":1}""");
            await socket.RequestAsync(MessageIds.Pool);
            await EndAsync(socket, aborted: index % 2 == 0);
        }));

        foreach (var gauge in (string[])["connections", "sessions", "sessions_ending", "ingress_pending", "send_queued_bytes"])
        {
            await Servers.Default.MetricReachesAsync(0, "gamecluster_" + gauge);
        }

        foreach (var grain in (string[])["service.tests.session", "service.tests.slow", "gamecluster.session"])
        {
            await Servers.Default.MetricReachesAsync(0, "orleans_catalog_activations", $"grain_type=\"{grain}\"");
        }
    }

    [Test]
    public async Task Push_ToASessionById_ReachesItUntilItHasEnded()
    {
        await using var sender = await Servers.Default.ConnectAsync();
        await using var receiver = await Servers.Default.ConnectAsync();
        var session = await receiver.SessionIdAsync();

        Assert.That(await PushAsync(sender, session), Is.EqualTo("Queued"));
        Assert.That((await receiver.ReceiveAsync()).ToString(), Is.EqualTo($$"""{{MessageIds.Pushed}}: {"text":"psst"}"""));

        await receiver.CloseAsync();
        Assert.That(await PushAsync(sender, session), Is.EqualTo("NoSession"));
        Assert.That(await PushAsync(sender, SessionId.Create().ToString()), Is.EqualTo("NoSession"));
    }

    [Test]
    public async Task Send_WhatNeedsALogin_IsRefusedUntilThen([Values(MessageIds.Member, MessageIds.Visit)] int messageId)
    {
        await using var socket = await Servers.Default.ConnectAsync();

        Assert.That((await socket.RequestAsync(messageId)).Code, Is.EqualTo(401));
        Assert.That((await socket.RequestAsync(MessageIds.Guest))["text"].GetString(), Is.EqualTo("hello stranger"));
        await socket.LogInAsync("berta");
        Assert.That((await socket.RequestAsync(messageId)).Text, Does.Contain("berta"));
    }

    [Test]
    public async Task Send_ToAPlayersService_MeetsOneGrainFromEverySession()
    {
        await using var one = await Servers.Default.ConnectAsync();
        await using var other = await Servers.Default.ConnectAsync();
        await using var stranger = await Servers.Default.ConnectAsync();
        await one.LogInAsync("clara");
        await other.LogInAsync("clara");
        await stranger.LogInAsync("dora");

        Assert.That((await one.RequestAsync(MessageIds.Visit))["visits"].GetInt32(), Is.EqualTo(1));
        Assert.That((await other.RequestAsync(MessageIds.Visit))["visits"].GetInt32(), Is.EqualTo(2));
        Assert.That((await stranger.RequestAsync(MessageIds.Visit))["visits"].GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Send_ToARoom_ReachesThoseInIt()
    {
        await using var one = await Servers.Default.ConnectAsync();
        await using var other = await Servers.Default.ConnectAsync();
        Assert.That((await one.RequestAsync(MessageIds.Say, """{"text":"early"}""")).Code, Is.EqualTo(409));
        await one.RequestAsync(MessageIds.Join, """{"room":"blue"}""");
        await other.RequestAsync(MessageIds.Join, """{"room":"blue"}""");

        Assert.That((await one.RequestAsync(MessageIds.Say, """{"text":"a"}"""))["count"].GetInt32(), Is.EqualTo(1));
        Assert.That((await other.RequestAsync(MessageIds.Say, """{"text":"b"}"""))["count"].GetInt32(), Is.EqualTo(2));
        Assert.That((await one.ReceiveAsync()).ToString(), Is.EqualTo($$"""{{MessageIds.Said}}: {"text":"blue: b"}"""));

        await other.RequestAsync(MessageIds.Join, """{"room":"red"}""");
        Assert.That((await other.RequestAsync(MessageIds.Say, """{"text":"c"}"""))["count"].GetInt32(), Is.EqualTo(1), "another room, another grain");
        await other.RequestAsync(MessageIds.Leave);
        Assert.That((await other.RequestAsync(MessageIds.Say, """{"text":"late"}""")).Code, Is.EqualTo(409));
    }

    [Test]
    public async Task Send_ToFixedAndStatelessServices_FindsTheirGrains()
    {
        await using var one = await Servers.Default.ConnectAsync();
        await using var other = await Servers.Default.ConnectAsync();

        var count = (await one.RequestAsync(MessageIds.Fixed))["count"].GetInt32();
        Assert.That((await other.RequestAsync(MessageIds.Fixed))["count"].GetInt32(), Is.EqualTo(count + 1));
        Assert.That((await one.RequestAsync(MessageIds.Pool))["text"].GetString(), Does.StartWith("any-"));
    }

    [Test]
    public async Task Close_ByAHandler_ComesAfterItsReplyAndSaysWhy()
    {
        await using var socket = await Servers.Default.ConnectAsync();

        Assert.That((await socket.RequestAsync(MessageIds.CloseMe, """{"reason":"enough"}"""))["text"].GetString(), Is.EqualTo("bye"));
        Assert.That(await socket.ReceiveCloseAsync(), Is.EqualTo(new CloseReceived(4000, "enough")));
    }

    [Test]
    public async Task Close_ByAHandlerWithALongReason_IsCutToWhatACloseFrameHolds()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var reason = string.Concat(Enumerable.Repeat("ä", 100));

        await socket.RequestAsync(MessageIds.CloseMe, $$"""{"reason":"{{reason}}"}""");
        Assert.That(await socket.ReceiveCloseAsync(), Is.EqualTo(new CloseReceived(4000, reason[..61])));
    }

    [Test]
    public async Task Kick_ByAnOperator_ClosesWithTheReasonOnce()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var path = $"admin/v1/sessions/{await socket.SessionIdAsync()}/kick";

        using var kicked = await Servers.Default.Admin.PostAsJsonAsync(path, new { reason = "maintenance" });
        Assert.That(kicked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await socket.ReceiveCloseAsync(), Is.EqualTo(new CloseReceived(4000, "maintenance")));
        await socket.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

        await Wait.UntilAsync(
            async () =>
            {
                using var again = await Servers.Default.Admin.PostAsync(path, null);
                return again.StatusCode == HttpStatusCode.NotFound;
            },
            TimeSpan.FromSeconds(5),
            "404 for a session that has gone");
    }

    [Test]
    public async Task Broadcast_ByAnOperator_ReachesEverySession()
    {
        await using var one = await Servers.Default.ConnectAsync();
        await using var other = await Servers.Default.ConnectAsync();
        await one.SessionIdAsync();

        using var answer = await Servers.Default.Admin.PostAsJsonAsync("admin/v1/broadcast", new { message_id = 777, body = new { text = "hi" } });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await one.ReceiveAsync()).ToString(), Is.EqualTo("""777: {"text":"hi"}"""));
        Assert.That((await other.ReceiveAsync()).ToString(), Is.EqualTo("""777: {"text":"hi"}"""));
    }

    private static async Task<string?> PushAsync(GameSocket sender, string session)
    {
        var reply = await sender.RequestAsync(MessageIds.PushTo, $$"""{"session":"{{session}}","text":"psst"}""");
        return reply["result"].GetString();
    }

    private static async Task EndAsync(GameSocket socket, bool aborted)
    {
        if (aborted)
        {
            socket.Abort();
        }
        else
        {
            await socket.CloseAsync();
        }
    }
}
