using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using GameCluster.Client;
using GameCluster.Client.Protocol;

namespace GameCluster.Tests.Client;

/// <summary>The C# client against a peer that does what a real gateway cannot be made to do.</summary>
internal sealed class ScriptedClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private ScriptedGateway _gateway;
    private GameClient _client;

    [SetUp]
    public async Task StartAsync()
    {
        _gateway = await ScriptedGateway.StartAsync();
        _client = NewClient();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    [Test]
    public async Task Connect_Welcomed_SaysHelloAndAcknowledges()
    {
        var opened = Next<SessionOpened>(handler => _client.Opened += handler);

        var line = await OpenAsync();

        Assert.That(line.Hello.GetProperty("versions").GetRawText(), Is.EqualTo("[1]"));
        Assert.That(line.Token, Is.Null);
        Assert.That(await opened, Is.EqualTo(new SessionOpened(new string('0', 32), Resumed: false)));
        Assert.That(await line.NextAckAsync(), Is.EqualTo("""{"0":0}"""));
        Assert.That(_client.State, Is.EqualTo(ClientState.Open));
    }

    [Test]
    public async Task Connect_ToldThatTheServerIsBusy_WaitsAsLongAsItAsksAndKeepsItsSession()
    {
        var line = await OpenAsync();
        var sentAway = new TaskCompletionSource<ConnectionLost>(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.Reconnecting += lost =>
        {
            // Not that of the cut, whose pause is short.
            if (lost.Delay >= TimeSpan.FromSeconds(0.3))
            {
                sentAway.TrySetResult(lost);
            }
        };
        line.Cut();
        var busy = await _gateway.AcceptAsync();
        await busy.SystemAsync(SystemId.Busy, """{"retry":300,"reason":"too many clients at once"}""");
        await busy.CloseAsync(1013);

        var delay = (await sentAway.Task.WaitAsync(Limit)).Delay;
        var again = await _gateway.AcceptAsync();
        await again.WelcomeAsync("second", resumed: true);

        Assert.That(delay, Is.LessThan(TimeSpan.FromSeconds(0.6)));
        Assert.That(again.Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Request_AnsweredOutOfOrder_GetsTheReplyOfItsNumber()
    {
        var line = await OpenAsync();
        var (first, second) = (_client.RequestAsync<Count>(1000), _client.RequestAsync<Count>(1000));
        var (one, two) = (await line.NextMessageAsync(), await line.NextMessageAsync());

        await line.ReplyAsync(two, """{"n":2}""");
        await line.ReplyAsync(one, """{"n":1}""");

        Assert.That((one.Number, two.Number), Is.EqualTo((1u, 2u)));
        Assert.That((await first, await second), Is.EqualTo((new Count(1), new Count(2))));
    }

    [Test]
    public async Task Request_EmptyReply_GivesTheDefault()
    {
        var line = await OpenAsync();
        var answer = _client.RequestAsync<Count>(1000);

        await line.SendAsync(await line.NextMessageAsync() with { Kind = FrameKind.Reply, Body = [] });

        Assert.That(await answer, Is.Null);
    }

    [Test]
    public async Task Request_ErrorFrame_ThrowsItsCode()
    {
        var line = await OpenAsync();
        var answer = _client.RequestAsync<Count>(19999);

        await line.SendAsync(await line.NextMessageAsync() with { Kind = FrameKind.Error, Body = Encoding.UTF8.GetBytes("""{"code":404,"desc":"Nobody.","info":"Nobody."}""") });

        var error = (await Assert.ThrowsAsync<GameException>(() => answer))!;
        Assert.That((error.Code, error.MessageId, error.Message), Is.EqualTo((404, 19999, "Nobody.")));
    }

    [Test]
    public async Task Request_NotAnsweredInTime_ThrowsAndIgnoresALateReply()
    {
        var line = await OpenAsync();
        var late = _client.RequestAsync<Count>(1000, timeout: TimeSpan.FromMilliseconds(50));
        var frame = await line.NextMessageAsync();
        Assert.That((await Assert.ThrowsAsync<RequestTimeoutException>(() => late))!.Sent, Is.True);

        await line.ReplyAsync(frame);
        var answer = _client.RequestAsync<Count>(1001);
        await line.ReplyAsync(await line.NextMessageAsync(), """{"n":1}""");

        Assert.That(await answer, Is.EqualTo(new Count(1)));
    }

    [Test]
    public async Task Request_MoreThanMayBeOpen_WaitsAndIsBounded()
    {
        _client = NewClient(options => options.MaxRequests = 2);
        var line = await OpenAsync(pending: 1);
        var (first, second) = (_client.RequestAsync<Count>(1000), _client.RequestAsync<Count>(1001));

        await Assert.ThrowsAsync<QueueFullException>(() => _client.RequestAsync<Count>(1002));
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

        await Assert.ThrowsAsync<ArgumentException>(() => _client.RequestAsync(1000, new byte[81]));
    }

    [Test]
    public async Task Resume_AfterACut_RepeatsTheUnansweredBeforeTheNew()
    {
        var pushed = Next<PushMessage>(handler => _client.UnhandledPush += handler);
        var reconnecting = Next<ConnectionLost>(handler => _client.Reconnecting += handler);
        var line = await OpenAsync();
        await line.PushAsync(0, 1);
        await pushed;
        var (first, second) = (_client.RequestAsync<Count>(1000, new Count(1)), _client.RequestAsync<Count>(1001, new Count(2)));
        await line.ReplyAsync(await line.NextMessageAsync());
        await first;
        await line.NextMessageAsync();
        line.Cut();
        await reconnecting;
        var third = _client.RequestAsync<Count>(1002, new Count(3));

        var again = await _gateway.AcceptAsync();
        await again.WelcomeAsync("second", resumed: true);
        var repeated = await again.NextMessageAsync();
        var fresh = await again.NextMessageAsync();
        await again.ReplyAsync(repeated, """{"n":20}""");
        await again.ReplyAsync(fresh, """{"n":30}""");

        Assert.That((again.Token, again.Streams), Is.EqualTo(("first", """{"0":1}""")));
        Assert.That(again.Hello.GetProperty("resume").GetProperty("settled").GetUInt32(), Is.EqualTo(2));
        Assert.That((repeated.MessageId, repeated.Number, Encoding.UTF8.GetString(repeated.Body)), Is.EqualTo((1001, 2u, """{"n":2}""")));
        Assert.That((fresh.MessageId, fresh.Number), Is.EqualTo((1002, 3u)));
        Assert.That((await second, await third), Is.EqualTo((new Count(20), new Count(30))));
    }

    [Test]
    public async Task Resume_AfterALostWelcome_UsesTheTokenItHas()
    {
        (await OpenAsync()).Cut();
        (await _gateway.AcceptAsync()).Cut();

        var second = await _gateway.AcceptAsync();
        await second.WelcomeAsync("second", resumed: true);
        await second.NextAckAsync();
        second.Cut();

        Assert.That(second.Token, Is.EqualTo("first"));
        Assert.That((await _gateway.AcceptAsync()).Token, Is.EqualTo("second"));
    }

    [Test]
    public async Task Notify_WhileAway_IsNotSent()
    {
        var reconnecting = Next<ConnectionLost>(handler => _client.Reconnecting += handler);
        var line = await OpenAsync();
        Assert.That(_client.Notify(1000), Is.True);
        Assert.That((await line.NextMessageAsync()).Kind, Is.EqualTo(FrameKind.Notify));
        line.Cut();
        await reconnecting;

        Assert.That(_client.Notify(1000), Is.False);
    }

    [Test]
    public async Task Push_RepeatedOrLive_IsDeliveredOnceOrNotCounted()
    {
        var seen = Channel.CreateUnbounded<(int, ushort, uint)>();
        using var handler = _client.OnPush<Count>(ScriptedLine.PushId, (count, push) => seen.Writer.TryWrite((count!.N, push.Stream, push.Number)));
        var line = await OpenAsync();
        await line.PushAsync(0, 1, """{"n":1}""");
        await line.PushAsync(0, 1, """{"n":1}""");
        await line.PushAsync(0, 0, """{"n":7}""");
        await line.PushAsync(0, 2, """{"n":2}""");
        await line.PushAsync(3, 1, """{"n":3}""");

        Assert.That(await TakeAsync(seen, 4), Is.EqualTo(new[] { (1, (ushort)0, 1u), (7, (ushort)0, 0u), (2, (ushort)0, 2u), (3, (ushort)3, 1u) }));
    }

    [Test]
    public async Task Push_AfterAGap_MakesTheClientResume()
    {
        var line = await OpenAsync();
        await line.PushAsync(0, 1);
        await line.PushAsync(0, 3);

        Assert.That(await line.Closed, Is.EqualTo(4002));
        Assert.That((await _gateway.AcceptAsync()).Streams, Is.EqualTo("""{"0":1}"""));
    }

    [Test]
    public async Task Resync_OfARoom_IsToldAndMovesItsStream()
    {
        var resync = Next<StreamResync>(handler => _client.Resync += handler);
        var pushed = Next<PushMessage>(handler => _client.UnhandledPush += handler);
        var line = await OpenAsync(streams: """[{"stream":3,"service":"board","room":"abc"}]""");

        await line.SystemAsync(SystemId.Resync, """{"stream":3,"number":57,"reason":"window","service":"board","room":"abc","snapshot":{"turn":4}}""");
        await line.PushAsync(3, 58);

        var told = await resync;
        Assert.That((told.Stream, told.Number, told.Reason, told.Room, told.Snapshot!.Value.GetRawText()), Is.EqualTo((3, 57u, "window", "abc", """{"turn":4}""")));
        var push = await pushed;
        Assert.That((push.Service, push.Room, push.Number), Is.EqualTo(("board", "abc", 58u)));
    }

    [Test]
    public async Task Resume_StreamsThatCameAndWent_AreTold()
    {
        var changes = Channel.CreateUnbounded<StreamChange>();
        var line = await OpenAsync(streams: """[{"stream":1,"service":"board","room":"old"}]""");
        _client.StreamChanged += change => changes.Writer.TryWrite(change);
        // What welcome has told is out first, so that only later changes count.
        line.Cut();

        var again = await _gateway.AcceptAsync();
        await again.WelcomeAsync(resumed: true, streams: """[{"stream":2,"service":"board","room":"new"}]""");
        await again.SystemAsync(SystemId.Stream, """{"stream":2,"event":"closed","service":"board","room":"new","reason":"gone"}""");

        var told = (await TakeAsync(changes, 3, change => change.Room == "old" && change.IsOpened)).Select(static change => (change.Stream, change.Event, change.Room, change.Reason));
        Assert.That(told, Is.EqualTo(new[] { ((ushort)1, "closed", "old", null), ((ushort)2, "opened", "new", null), ((ushort)2, "closed", "new", "gone") }));
    }

    [Test]
    public async Task Ack_AfterSoManyPushes_IsSent()
    {
        var line = await OpenAsync(ack: """{"messages":3,"time":60000}""");
        Assert.That(await line.NextAckAsync(), Is.EqualTo("""{"0":0}"""));
        for (var number = 1u; number <= 4; number++)
        {
            await line.PushAsync(0, number);
        }

        Assert.That(await line.NextAckAsync(), Is.EqualTo("""{"0":3}"""));
    }

    [Test]
    public async Task Ack_AfterSoLong_IsSent()
    {
        var line = await OpenAsync(ack: """{"messages":64,"time":20}""");
        Assert.That(await line.NextAckAsync(), Is.EqualTo("""{"0":0}"""));
        await line.PushAsync(0, 1);

        Assert.That(await line.NextAckAsync(), Is.EqualTo("""{"0":1}"""));
    }

    [Test]
    public async Task Ack_AfterSoManyAnswers_SaysWhatIsSettled()
    {
        var line = await OpenAsync(ack: """{"messages":2,"time":60000}""");
        Assert.That((await line.NextAckMessageAsync()).GetProperty("settled").GetUInt32(), Is.EqualTo(1));
        foreach (var messageId in (int[])[1000, 1001])
        {
            var answer = _client.RequestAsync<Count>(messageId);
            await line.ReplyAsync(await line.NextMessageAsync());
            await answer;
        }

        Assert.That((await line.NextAckMessageAsync()).GetProperty("settled").GetUInt32(), Is.EqualTo(3));
    }

    [Test]
    public async Task SessionLost_WhileAway_FailsRequestsAndBeginsAnew()
    {
        var reconnecting = Next<ConnectionLost>(handler => _client.Reconnecting += handler);
        var line = await OpenAsync();
        await line.PushAsync(0, 1);
        var sent = _client.RequestAsync<Count>(1000);
        await line.NextMessageAsync();
        line.Cut();
        await reconnecting;
        var waiting = _client.RequestAsync<Count>(1001);
        var events = Channel.CreateUnbounded<object>();
        _client.SessionLost += lost => events.Writer.TryWrite(lost);
        _client.Opened += opened => events.Writer.TryWrite(opened.Resumed);

        var again = await _gateway.AcceptAsync();
        await again.WelcomeAsync("other", reason: "\"expired\"");

        Assert.That((await Assert.ThrowsAsync<SessionLostException>(() => sent))!.Sent, Is.True);
        Assert.That((await Assert.ThrowsAsync<SessionLostException>(() => waiting))!.Sent, Is.False);
        Assert.That(await TakeAsync(events, 2), Is.EqualTo(new object[] { new SessionLost("expired"), false }));
        Assert.That(await again.NextAckAsync(), Is.EqualTo("""{"0":0}"""));
        var answer = _client.RequestAsync<Count>(1002);
        var first = await again.NextMessageAsync();
        await again.ReplyAsync(first);
        await answer;
        Assert.That(first.Number, Is.EqualTo(1));
    }

    [TestCase(4000)]
    [TestCase(4001)]
    public async Task Close_Final_KeepsTheClientClosed(int code)
    {
        var closed = Next<ClientClosed>(handler => _client.Closed += handler);
        var line = await OpenAsync();
        var answer = _client.RequestAsync<Count>(1000);
        await line.CloseAsync(code);

        await Assert.ThrowsAsync<ClientClosedException>(() => answer);
        Assert.That((await closed).Code, Is.EqualTo(code));
        Assert.That(_client.State, Is.EqualTo(ClientState.Closed));
    }

    [TestCase(1001)]
    [TestCase(1011)]
    [TestCase(4008)]
    public async Task Close_Resumable_MakesTheClientResume(int code)
    {
        await (await OpenAsync()).CloseAsync(code);

        Assert.That((await _gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Close_ThatBlamesTheClientTwice_IsFinal()
    {
        var closed = Next<ClientClosed>(handler => _client.Closed += handler);
        await (await OpenAsync()).CloseAsync(1002);
        var again = await _gateway.AcceptAsync();
        await again.WelcomeAsync(resumed: true);
        await again.CloseAsync(1002);

        Assert.That((await closed).Code, Is.EqualTo(1002));
    }

    [Test]
    public async Task Kick_WithReason_IsToldAndFinal()
    {
        var (kicked, closed) = (Next<Kicked>(handler => _client.Kicked += handler), Next<ClientClosed>(handler => _client.Closed += handler));
        await (await OpenAsync()).SystemAsync(SystemId.Kick, """{"reason":"cheating"}""");

        Assert.That(await kicked, Is.EqualTo(new Kicked("cheating")));
        Assert.That((await closed).Code, Is.EqualTo(4000));
    }

    [Test]
    public async Task GoAway_WithAddress_MovesTheClientThere()
    {
        await using var other = await ScriptedGateway.StartAsync();
        var line = await OpenAsync();
        await line.SystemAsync(SystemId.GoAway, $$"""{"delay":5,"address":"{{other.Address}}","reason":"stopping"}""");

        var again = await other.AcceptAsync();

        Assert.That(again.Token, Is.EqualTo("first"));
        Assert.That(await line.Closed, Is.EqualTo(4002));
    }

    [Test]
    public async Task Connect_ServerOfVersion0_ThrowsItsCode()
    {
        var connecting = _client.ConnectAsync();
        var body = """{"code":426,"desc":"No common version.","info":"No common version."}"""u8.ToArray();
        var header = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(header, 12 + body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), -1);
        await (await _gateway.AcceptAsync()).SendBytesAsync([.. header, .. body]);

        Assert.That((await Assert.ThrowsAsync<GameException>(() => connecting))!.Code, Is.EqualTo(426));
        Assert.That(_client.State, Is.EqualTo(ClientState.Closed));
    }

    [Test]
    public async Task Connect_NobodyAnswers_GivesUp()
    {
        _client = NewClient(options => options.ConnectTimeout = TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<RequestTimeoutException>(() => _client.ConnectAsync());
        Assert.That(_client.State, Is.EqualTo(ClientState.Closed));
    }

    [Test]
    public async Task Receive_BrokenBytes_MakesTheClientResume()
    {
        var line = await OpenAsync();
        await line.SendBytesAsync([11, 0, 0, 0]);

        Assert.That(await line.Closed, Is.EqualTo(4002));
        Assert.That((await _gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Receive_BrokenSystemMessage_MakesTheClientResume()
    {
        var line = await OpenAsync();
        await line.SystemAsync(SystemId.Resync, "[1]");

        Assert.That(await line.Closed, Is.EqualTo(4002));
        Assert.That((await _gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Receive_UnknownKindsAndNumbers_AreIgnored()
    {
        var line = await OpenAsync();
        await line.SendAsync(new Frame(1, (FrameKind)9, 0, 1, []), new Frame(1, FrameKind.Reply, 0, 77, []), new Frame(-77, FrameKind.Notify, 0, 0, [1]));
        var answer = _client.RequestAsync<Count>(1000);
        await line.ReplyAsync(await line.NextMessageAsync(), """{"n":1}""");

        Assert.That(await answer, Is.EqualTo(new Count(1)));
    }

    [Test]
    public async Task SilentServer_AfterAPing_IsGivenUp()
    {
        _client = NewClient(options => (options.PingInterval, options.PingTimeout) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)));
        var line = await OpenAsync(ack: """{"messages":64,"time":20}""");

        Assert.That(await line.Closed, Is.EqualTo(4002));
        Assert.That((await _gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Handler_ThatThrows_IsToldAndTheNextIsCalled()
    {
        var failed = Next<Exception>(handler => _client.Failed += handler);
        using var bad = _client.OnPush(ScriptedLine.PushId, _ => throw new InvalidOperationException("mine"));
        var second = Next<PushMessage>(handler => _client.OnPush(ScriptedLine.PushId, handler));
        await (await OpenAsync()).PushAsync(0, 1);

        Assert.That((await failed).Message, Is.EqualTo("mine"));
        Assert.That((await second).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Close_ThenConnect_BeginsANewSession()
    {
        var line = await OpenAsync();
        await _client.CloseAsync();
        Assert.That(await line.Closed, Is.EqualTo(1000));

        Assert.That((await OpenAsync()).Token, Is.Null);
    }

    private static Task<T> Next<T>(Action<Action<T>> subscribe)
    {
        var next = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        subscribe(value => next.TrySetResult(value));
        return next.Task.WaitAsync(Limit);
    }

    private static async Task<List<T>> TakeAsync<T>(Channel<T> channel, int count, Func<T, bool>? leaveOut = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        var taken = new List<T>();
        while (taken.Count < count)
        {
            var value = await channel.Reader.ReadAsync(limit.Token);
            if (leaveOut?.Invoke(value) != true)
            {
                taken.Add(value);
            }
        }

        return taken;
    }

    private GameClient NewClient(Action<GameClientOptions>? change = null)
    {
        var options = new GameClientOptions
        {
            Addresses = [_gateway.Address],
            LeastPause = TimeSpan.FromMilliseconds(1),
            GreatestPause = TimeSpan.FromMilliseconds(1),
            PingInterval = TimeSpan.FromMinutes(1),
            Context = null,
        };
        change?.Invoke(options);
        return new GameClient(options);
    }

    private async Task<ScriptedLine> OpenAsync(string streams = "[]", int pending = 256, int frame = 65536, string ack = """{"messages":64,"time":5000}""")
    {
        var connecting = _client.ConnectAsync();
        var line = await _gateway.AcceptAsync();
        await line.WelcomeAsync(streams: streams, pending: pending, frame: frame, ack: ack);
        await connecting;
        return line;
    }

    private sealed record Count(int N);
}
