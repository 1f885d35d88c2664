using System.Net.WebSockets;
using System.Text.Json;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Version 1: a session that outlives its connection, requests that are executed once, pushes that arrive once and in order.</summary>
internal sealed class ResumeTests
{
    private static Uri Uri => Servers.Default.ClientUri;

    [Test]
    public async Task Hello_OfVersion1_IsWelcomed()
    {
        await using var socket = await SessionSocket.ConnectAsync(Uri);

        Assert.That((socket.Session.Length, socket.Token.Length, socket.Resumed, socket.Reason), Is.EqualTo((32, 64, false, (string?)null)));
        Assert.That(socket.Welcome.GetProperty("window").GetProperty("time").GetInt32(), Is.EqualTo(Servers.WindowTime.TotalMilliseconds));
        Assert.That((await socket.RequestAsync(MessageIds.WhoAmI))["session"].GetString(), Is.EqualTo(socket.Session));
    }

    [Test]
    public async Task Send_FramesBehindHello_AreHandledAfterWelcome()
    {
        await using var socket = await SessionSocket.OpenAsync(Uri);
        await socket.SendRawAsync([.. SessionSocket.Encode(0, 0, -1, """{"versions":[1]}"""), .. SessionSocket.Encode(1, 1, MessageIds.Count, "{}"), .. SessionSocket.Encode(1, 2, MessageIds.Count, "{}")]);

        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(-2));
        Assert.That((await socket.AnswerAsync(1))["count"].GetInt32(), Is.EqualTo(1));
        Assert.That((await socket.AnswerAsync(2))["count"].GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Send_RequestsOfAllOutcomes_AreAnsweredWithTheirNumber()
    {
        await using var socket = await SessionSocket.ConnectAsync(Uri);

        var nothing = await socket.RequestAsync(MessageIds.NoReply);
        Assert.That((nothing.Kind, nothing.MessageId, nothing.Body.Length), Is.EqualTo((SessionFrame.Reply, MessageIds.NoReply, 0)));
        Assert.That((await socket.RequestAsync(4711)).Code, Is.EqualTo(404));
        Assert.That((await socket.RequestAsync(-7)).Code, Is.EqualTo(404));
        Assert.That((await socket.RequestAsync(MessageIds.Throw)).Code, Is.EqualTo(500));
        Assert.That((await socket.RequestAsync(MessageIds.Visit)).Code, Is.EqualTo(401));
    }

    [Test]
    public async Task Notify_OfAHandler_IsHandledAndNotAnswered()
    {
        await using var socket = await SessionSocket.ConnectAsync(Uri);

        await socket.NotifyAsync(MessageIds.Count);
        await socket.NotifyAsync(4711);
        var error = await socket.ReceiveAsync();

        Assert.That((error.Kind, error.MessageId, error.Number), Is.EqualTo((SessionFrame.Error, 4711, 0u)));
        Assert.That((await socket.RequestAsync(MessageIds.Count))["count"].GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Ping_OfAClient_IsAnsweredWithItsBody()
    {
        await using var socket = await SessionSocket.ConnectAsync(Uri);
        await socket.NotifyAsync(-7, "any bytes");

        var pong = await socket.ReceiveAsync();
        Assert.That((pong.MessageId, pong.Text), Is.EqualTo((-8, "any bytes")));
    }

    [Test]
    public async Task Resume_AfterALostConnection_GoesOnWithEverything()
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        var name = $"{Guid.NewGuid():N}";
        await lost.RequestAsync(1000, JsonSerializer.Serialize(new { name }));
        await lost.RequestAsync(MessageIds.Join, """{"room":"resumed"}""");
        await lost.RequestAsync(MessageIds.Count);
        lost.Abort();

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);

        Assert.That((socket.Resumed, socket.Session), Is.EqualTo((true, lost.Session)));
        Assert.That(socket.Token, Is.Not.EqualTo(lost.Token));
        Assert.That((await socket.RequestAsync(MessageIds.WhoAmI))["player"].GetString(), Is.EqualTo(name));
        Assert.That((await socket.RequestAsync(MessageIds.Say, """{"text":"here"}""")).Kind, Is.EqualTo(SessionFrame.Reply));
        Assert.That((await socket.RequestAsync(MessageIds.Count))["count"].GetInt32(), Is.EqualTo(2));
        Assert.That(await Servers.Default.NoticesAsync(lost.Session), Is.Empty, "the session has not ended");
    }

    [Test]
    public async Task Repeat_OfAnAnsweredRequest_IsNotHandledAgain([Values] bool stillRunning)
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await lost.RequestAsync(MessageIds.Enter, """{"milliseconds":0}""");
        var number = await lost.SendAsync(MessageIds.Enter, stillRunning ? """{"milliseconds":700}""" : """{"milliseconds":0}""");
        if (stillRunning)
        {
            await Servers.Default.NoticesAsync(lost.Session, 1);
        }
        else
        {
            await lost.AnswerAsync(number);
        }

        lost.Abort();
        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        await socket.RepeatAsync(number, MessageIds.Enter, """{"milliseconds":0}""");

        Assert.That((await socket.AnswerAsync(number))["count"].GetInt32(), Is.EqualTo(2));
        Assert.That((await socket.RequestAsync(MessageIds.Enter, """{"milliseconds":0}"""))["count"].GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public async Task Repeat_OfWhatLeadsElsewhereNow_GetsTheFirstAnswer()
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await lost.RequestAsync(MessageIds.Join, """{"room":"first"}""");
        await lost.RequestAsync(MessageIds.Leave);
        lost.Abort();

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        await socket.RepeatAsync(1, MessageIds.Join, """{"room":"first"}""");
        await socket.RepeatAsync(2, MessageIds.Leave);

        Assert.That((await socket.AnswerAsync(1)).Text, Is.EqualTo("""{"room":"first"}"""));
        Assert.That((await socket.AnswerAsync(2))["text"].GetString(), Is.EqualTo("left"));
        Assert.That((await socket.RequestAsync(MessageIds.Say, """{"text":"?"}""")).Code, Is.EqualTo(409), "the repeats have changed nothing");
    }

    [Test]
    public async Task Repeat_OfWhatWasForARoomThatWasLeft_GetsTheFirstAnswer()
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await lost.RequestAsync(MessageIds.Join, JsonSerializer.Serialize(new { room = $"{Guid.NewGuid():N}" }));
        var said = await lost.SendAsync(MessageIds.Say, """{"text":"once"}""");
        await lost.AnswerAsync(said);
        await lost.RequestAsync(MessageIds.Leave);
        lost.Abort();

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        await socket.RepeatAsync(said, MessageIds.Say, """{"text":"once"}""");

        Assert.That((await socket.AnswerAsync(said)).Text, Is.EqualTo("""{"count":1}"""), "409 would say that it was not done");
        Assert.That((await socket.RequestAsync(MessageIds.Say, """{"text":"?"}""")).Code, Is.EqualTo(409));
    }

    [Test]
    public async Task Repeat_OfWhatWasForAnotherRoom_IsNotHandledInTheRoomOfNow()
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await lost.RequestAsync(MessageIds.HallEnter, JsonSerializer.Serialize(new { room = $"{Guid.NewGuid():N}" }));
        var said = await lost.SendAsync(MessageIds.HallSay, """{"number":7}""");
        await lost.AnswerAsync(said);
        await lost.RequestAsync(MessageIds.HallEnter, JsonSerializer.Serialize(new { room = $"{Guid.NewGuid():N}" }));
        lost.Abort();
        await using var again = await SessionSocket.ResumeAsync(Uri, lost);
        again.Abort();

        await using var socket = await SessionSocket.ResumeAsync(Uri, again);
        await socket.RepeatAsync(said, MessageIds.HallSay, """{"number":7}""");

        Assert.That((await socket.AnswerAsync(said)).Text, Is.EqualTo("""{"count":7}"""));
        Assert.That((await socket.RequestAsync(MessageIds.HallSay, """{"number":1}"""))["count"].GetInt32(), Is.EqualTo(1), "nothing was said in the room that the session is in now");
    }

    [Test]
    public async Task Repeat_OfARequestThatPushed_DoesNotPushAgain()
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        var number = await lost.SendAsync(MessageIds.EnterAndPush);
        Assert.That((await lost.PushAsync())["count"].GetInt32(), Is.EqualTo(1));
        await lost.AnswerAsync(number);
        lost.Abort();

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        await socket.RepeatAsync(number, MessageIds.EnterAndPush);
        Assert.That((await socket.AnswerAsync(number))["count"].GetInt32(), Is.EqualTo(1));
        await socket.RequestAsync(MessageIds.EnterAndPush);

        Assert.That(socket.Pushes.Select(static push => push["count"].GetInt32()), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Repeat_ToAPoolOfGrains_FindsTheGrainOfTheFirstTime()
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        var answers = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add((await lost.RequestAsync(MessageIds.Pool)).Text);
        }

        lost.Abort();
        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        for (uint i = 1; i <= 5; i++)
        {
            await socket.RepeatAsync(i, MessageIds.Pool);
            Assert.That((await socket.AnswerAsync(i)).Text, Is.EqualTo(answers[(int)i - 1]));
        }
    }

    [Test]
    public async Task Push_WhileTheClientIsAway_ArrivesOnceAndInOrder()
    {
        await using var sender = await SessionSocket.ConnectAsync(Uri);
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await PushAsync(sender, lost.Session, "a");
        await lost.PushesAsync(1);
        lost.Abort();
        await PushAsync(sender, lost.Session, "b");
        await PushAsync(sender, lost.Session, "c");

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        await PushAsync(sender, lost.Session, "d");
        await socket.PushesAsync(3);

        Assert.That(socket.Pushes.Select(static push => push["text"].GetString()), Is.EqualTo(new[] { "b", "c", "d" }));
        Assert.That(socket.Received[0], Is.EqualTo(4));
    }

    [Test]
    public async Task Push_MoreThanTheWindowHolds_IsSaidToBeLost()
    {
        await using var sender = await SessionSocket.ConnectAsync(Uri);
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        lost.Abort();
        for (var i = 1; i <= 20; i++)
        {
            await PushAsync(sender, lost.Session, $"{i}");
        }

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        var resync = await socket.ReceiveAsync();
        await socket.PushesAsync(8);

        Assert.That((resync.MessageId, resync["stream"].GetInt32(), resync["number"].GetInt32(), resync["reason"].GetString()), Is.EqualTo((-4, 0, 12, "window")));
        Assert.That(socket.Pushes.Select(static push => push["text"].GetString()), Is.EqualTo(Enumerable.Range(13, 8).Select(static i => $"{i}")));
    }

    [Test]
    public async Task Acknowledge_OfPushes_MakesRoomInTheWindow()
    {
        await using var sender = await SessionSocket.ConnectAsync(Uri);
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        for (var i = 1; i <= 12; i++)
        {
            await PushAsync(sender, lost.Session, $"{i}");
            await lost.PushesAsync(i);
            await lost.AcknowledgeAsync();
        }

        lost.Abort();
        for (var i = 13; i <= 16; i++)
        {
            await PushAsync(sender, lost.Session, $"{i}");
        }

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);
        await socket.PushesAsync(4);
        Assert.That(socket.Pushes[0]["text"].GetString(), Is.EqualTo("13"));
    }

    [Test]
    public async Task Resume_WithATokenTwice_IsTaken()
    {
        await using var first = await SessionSocket.ConnectAsync(Uri);
        first.Abort();
        await using var second = await SessionSocket.ResumeAsync(Uri, first);
        await second.RequestAsync(MessageIds.Count);
        await Wait.UntilAsync(
            async () =>
            {
                await using var third = await SessionSocket.ResumeAsync(Uri, first);
                return (third.Resumed, third.Reason) == (false, "taken");
            },
            TimeSpan.FromSeconds(5),
            "the used token to be void");

        Assert.That((await second.RequestAsync(MessageIds.Count)).Kind, Is.EqualTo(SessionFrame.Reply));
    }

    [Test]
    public async Task Resume_AfterTheWindow_IsExpiredAndServicesWereToldOnce()
    {
        await using var lost = await SessionSocket.ConnectAsync(Uri);
        await lost.RequestAsync(MessageIds.Count);
        await lost.RequestAsync(MessageIds.Enter, """{"milliseconds":0}""");
        lost.Abort();
        var notices = await Servers.Default.NoticesAsync(lost.Session, 2);

        await using var socket = await SessionSocket.ResumeAsync(Uri, lost);

        Assert.That(notices, Is.EquivalentTo(new[] { "tests.ledger", "tests.session" }));
        Assert.That((socket.Resumed, socket.Reason), Is.EqualTo((false, "expired")));
        Assert.That(await Servers.Default.NoticesAsync(lost.Session), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Close_ByTheClient_EndsTheSessionAtOnce()
    {
        await using var gone = await SessionSocket.ConnectAsync(Uri);
        await gone.RequestAsync(MessageIds.Count);
        await gone.CloseAsync();
        Assert.That(await Servers.Default.NoticesAsync(gone.Session, 1), Is.EqualTo(new[] { "tests.session" }));

        await using var socket = await SessionSocket.ResumeAsync(Uri, gone);
        Assert.That(socket.Resumed, Is.False);
    }

    [Test]
    public async Task Close_ByAHandler_KicksAndEndsTheSession()
    {
        await using var kicked = await SessionSocket.ConnectAsync(Uri);

        Assert.That((await kicked.RequestAsync(MessageIds.CloseMe, """{"reason":"enough"}"""))["text"].GetString(), Is.EqualTo("bye"));
        var kick = await kicked.ReceiveAsync();
        Assert.That((kick.MessageId, kick["reason"].GetString()), Is.EqualTo((-6, "enough")));
        Assert.That(await kicked.ReceiveCloseAsync(), Is.EqualTo(new CloseReceived(4000, "enough")));
        await kicked.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.That(await Servers.Default.NoticesAsync(kicked.Session, 1), Is.EqualTo(new[] { "tests.session" }));
    }

    [Test]
    public async Task LogIn_OfAPlayerWhoIsLoggedIn_KicksTheEarlierSession()
    {
        var login = JsonSerializer.Serialize(new { name = $"{Guid.NewGuid():N}" });
        await using var old = await SessionSocket.ConnectAsync(Uri);
        await using var socket = await SessionSocket.ConnectAsync(Uri);
        await old.RequestAsync(1000, login);

        Assert.That((await socket.RequestAsync(1000, login)).Kind, Is.EqualTo(SessionFrame.Reply));
        Assert.That(await old.ReceiveCloseAsync(), Is.EqualTo(new CloseReceived(4000, "logged in elsewhere")));
    }

    [Test]
    public async Task LogIn_OfAPlayerWhoIsLoggedIn_IsRefusedWhereThatIsThePolicy()
    {
        var name = $"{Guid.NewGuid():N}";
        var login = JsonSerializer.Serialize(new { name });
        await using var old = await SessionSocket.ConnectAsync(Servers.Strict.ClientUri);
        await using var socket = await SessionSocket.ConnectAsync(Servers.Strict.ClientUri);
        await old.RequestAsync(1000, login);

        Assert.That((await socket.RequestAsync(1000, login)).Code, Is.EqualTo(409));
        Assert.That((await socket.RequestAsync(MessageIds.WhoAmI)).Text, Does.Not.Contain(name));
        Assert.That((await old.RequestAsync(MessageIds.WhoAmI))["player"].GetString(), Is.EqualTo(name));
        await old.CloseAsync();
        await Wait.UntilAsync(async () => (await socket.RequestAsync(1000, login)).Kind == SessionFrame.Reply, TimeSpan.FromSeconds(5), "the player to be free");
    }

    [Test]
    public async Task End_OfManySessions_LeavesNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using var socket = await SessionSocket.ConnectAsync(Uri);
            await socket.RequestAsync(MessageIds.EnterAndPush);
            await socket.CloseAsync();
        }));

        await Servers.Default.MetricReachesAsync(0, "gamecluster_sessions_ending");
        await Servers.Default.MetricReachesAsync(0, "orleans_catalog_activations", "grain_type=\"service.tests.ledger\"");
    }

    private static async Task PushAsync(SessionSocket sender, string session, string text)
    {
        var reply = await sender.RequestAsync(MessageIds.PushTo, JsonSerializer.Serialize(new { session, text }));
        Assert.That(reply["result"].GetString(), Is.EqualTo("Queued"));
    }
}
