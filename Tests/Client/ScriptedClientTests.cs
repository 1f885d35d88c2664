using System.Buffers.Binary;
using System.Text;
using GameCluster.Client;
using GameCluster.Client.Protocol;

namespace GameCluster.Tests.Client;

/// <summary>How the C# client connects, and gets its answers.</summary>
internal sealed class ScriptedClientTests : ScriptedClientTest
{
    [Test]
    public async Task Connect_Welcomed_SaysHelloAndAcknowledges()
    {
        var opened = Next<SessionOpened>(handler => Client.Opened += handler);

        var line = await OpenAsync();

        Assert.That(line.Hello.GetProperty("versions").GetRawText(), Is.EqualTo("[1]"));
        Assert.That(line.Token, Is.Null);
        Assert.That(await opened, Is.EqualTo(new SessionOpened(new string('0', 32), Resumed: false)));
        Assert.That(await line.NextAckAsync(), Is.EqualTo("""{"0":0}"""));
        Assert.That(Client.State, Is.EqualTo(ClientState.Open));
    }

    [Test]
    public async Task Connect_ToldThatTheServerIsBusy_WaitsAsLongAsItAsksAndKeepsItsSession()
    {
        var line = await OpenAsync();
        var sentAway = new TaskCompletionSource<ConnectionLost>(TaskCreationOptions.RunContinuationsAsynchronously);
        Client.Reconnecting += lost =>
        {
            // Not that of the cut, whose pause is short.
            if (lost.Delay >= TimeSpan.FromSeconds(0.3))
            {
                sentAway.TrySetResult(lost);
            }
        };
        line.Cut();
        var busy = await Gateway.AcceptAsync();
        await busy.SystemAsync(SystemId.Busy, """{"retry":300,"reason":"too many clients at once"}""");
        await busy.CloseAsync(1013);

        var delay = (await sentAway.Task.WaitAsync(Limit)).Delay;
        var again = await Gateway.AcceptAsync();
        await again.WelcomeAsync("second", resumed: true);

        Assert.That(delay, Is.LessThan(TimeSpan.FromSeconds(0.6)));
        Assert.That(again.Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Request_AnsweredOutOfOrder_GetsTheReplyOfItsNumber()
    {
        var line = await OpenAsync();
        var (first, second) = (Client.RequestAsync<Count>(1000), Client.RequestAsync<Count>(1000));
        var (one, two) = (await line.NextMessageAsync(), await line.NextMessageAsync());

        await line.ReplyAsync(two, """{"n":2}""");
        await line.ReplyAsync(one, """{"n":1}""");

        Assert.That((one.Number, two.Number), Is.EqualTo((1u, 2u)));
        Assert.That((await first, await second), Is.EqualTo((new Count(1), new Count(2))));
    }

    [Test]
    public async Task Request_WithNamesOfSeveralWords_WritesAndReadsThemAsServicesDo()
    {
        var line = await OpenAsync();
        var answer = Client.RequestAsync<Score>(1000, new Score(UserId: 7, LastWord: null));
        var request = await line.NextMessageAsync();

        var reply = GameCluster.Services.ServiceJson.For(typeof(Score).Assembly).Serialize(new Score(UserId: 8, LastWord: "hi"));
        await line.ReplyAsync(request, Encoding.UTF8.GetString(reply));

        Assert.That(Encoding.UTF8.GetString(request.Body), Is.EqualTo("""{"user_id":7}"""));
        Assert.That(await answer, Is.EqualTo(new Score(8, "hi")));
    }

    [Test]
    public async Task Request_EmptyReply_GivesTheDefault()
    {
        var line = await OpenAsync();
        var answer = Client.RequestAsync<Count>(1000);

        await line.SendAsync(await line.NextMessageAsync() with { Kind = FrameKind.Reply, Body = [] });

        Assert.That(await answer, Is.Null);
    }

    [Test]
    public async Task Request_ErrorFrame_ThrowsItsCode()
    {
        var line = await OpenAsync();
        var answer = Client.RequestAsync<Count>(19999);

        await line.SendAsync(await line.NextMessageAsync() with { Kind = FrameKind.Error, Body = Encoding.UTF8.GetBytes("""{"code":404,"desc":"Nobody.","info":"Nobody."}""") });

        var error = (await Assert.ThrowsAsync<GameException>(() => answer))!;
        Assert.That((error.Code, error.MessageId, error.Message), Is.EqualTo((404, 19999, "Nobody.")));
    }

    [Test]
    public async Task Request_NotAnsweredInTime_ThrowsAndIgnoresALateReply()
    {
        var line = await OpenAsync();
        var late = Client.RequestAsync<Count>(1000, timeout: TimeSpan.FromMilliseconds(50));
        var frame = await line.NextMessageAsync();
        Assert.That((await Assert.ThrowsAsync<RequestTimeoutException>(() => late))!.Sent, Is.True);

        await line.ReplyAsync(frame);
        var answer = Client.RequestAsync<Count>(1001);
        await line.ReplyAsync(await line.NextMessageAsync(), """{"n":1}""");

        Assert.That(await answer, Is.EqualTo(new Count(1)));
    }

    [Test]
    public async Task Request_MoreThanMayBeOpen_WaitsAndIsBounded()
    {
        Client = NewClient(options => options.MaxRequests = 2);
        var line = await OpenAsync(pending: 1);
        var (first, second) = (Client.RequestAsync<Count>(1000), Client.RequestAsync<Count>(1001));

        await Assert.ThrowsAsync<QueueFullException>(() => Client.RequestAsync<Count>(1002));
        var one = await line.NextMessageAsync();
        await line.ReplyAsync(one);
        var two = await line.NextMessageAsync();
        await line.ReplyAsync(two);

        Assert.That((one.MessageId, two.MessageId), Is.EqualTo((1000, 1001)));
        await Task.WhenAll(first, second);
    }

    [Test]
    public async Task Request_LongerThanAFrame_IsRefusedHere()
    {
        await OpenAsync(frame: 100);

        await Assert.ThrowsAsync<ArgumentException>(() => Client.RequestAsync(1000, new byte[81]));
    }

    [Test]
    public async Task Notify_WhileAway_IsNotSent()
    {
        var reconnecting = Next<ConnectionLost>(handler => Client.Reconnecting += handler);
        var line = await OpenAsync();
        Assert.That(Client.Notify(1000), Is.True);
        Assert.That((await line.NextMessageAsync()).Kind, Is.EqualTo(FrameKind.Notify));
        line.Cut();
        await reconnecting;

        Assert.That(Client.Notify(1000), Is.False);
    }

    [Test]
    public async Task Connect_ServerOfVersion0_ThrowsItsCode()
    {
        var connecting = Client.ConnectAsync();
        var body = """{"code":426,"desc":"No common version.","info":"No common version."}"""u8.ToArray();
        var header = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(header, 12 + body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), -1);
        await (await Gateway.AcceptAsync()).SendBytesAsync([.. header, .. body]);

        Assert.That((await Assert.ThrowsAsync<GameException>(() => connecting))!.Code, Is.EqualTo(426));
        Assert.That(Client.State, Is.EqualTo(ClientState.Closed));
    }

    [Test]
    public async Task Connect_NobodyAnswers_GivesUp()
    {
        Client = NewClient(options => options.ConnectTimeout = TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<RequestTimeoutException>(() => Client.ConnectAsync());
        Assert.That(Client.State, Is.EqualTo(ClientState.Closed));
    }

    [Test]
    public async Task Receive_UnknownKindsAndNumbers_AreIgnored()
    {
        var line = await OpenAsync();
        await line.SendAsync(new Frame(1, (FrameKind)9, 0, 1, []), new Frame(1, FrameKind.Reply, 0, 77, []), new Frame(-77, FrameKind.Notify, 0, 0, [1]));
        var answer = Client.RequestAsync<Count>(1000);
        await line.ReplyAsync(await line.NextMessageAsync(), """{"n":1}""");

        Assert.That(await answer, Is.EqualTo(new Count(1)));
    }

    [Test]
    public async Task Handler_ThatThrows_IsToldAndTheNextIsCalled()
    {
        var failed = Next<Exception>(handler => Client.Failed += handler);
        using var bad = Client.OnPush(ScriptedLine.PushId, _ => throw new InvalidOperationException("mine"));
        var second = Next<PushMessage>(handler => Client.OnPush(ScriptedLine.PushId, handler));
        await (await OpenAsync()).PushAsync(0, 1);

        Assert.That((await failed).Message, Is.EqualTo("mine"));
        Assert.That((await second).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Handler_ThatThrowsAfterItsFirstAwait_IsToldAndDoesNotEndTheProcess()
    {
        var failed = Next<Exception>(handler => Client.Failed += handler);
        Client.Opened += async _ => await Client.RequestAsync<Count>(1000);
        var line = await OpenAsync();

        var request = await line.NextMessageAsync();
        await line.SendAsync(request with { Kind = FrameKind.Error, Body = """{"code":401,"desc":"no"}"""u8.ToArray() });

        Assert.That(((GameException)await failed).Code, Is.EqualTo(401));
    }

    private sealed record Score(int UserId, string? LastWord);
}
