using System.Text;
using System.Threading.Channels;
using GameCluster.Client;
using GameCluster.Client.Protocol;

namespace GameCluster.Tests.Client;

/// <summary>What the C# client makes of pushes and of what comes after a break.</summary>
internal sealed class ScriptedStreamTests : ScriptedClientTest
{
    [Test]
    public async Task Resume_AfterACut_RepeatsTheUnansweredBeforeTheNew()
    {
        var pushed = Next<PushMessage>(handler => Client.UnhandledPush += handler);
        var reconnecting = Next<ConnectionLost>(handler => Client.Reconnecting += handler);
        var line = await OpenAsync();
        await line.PushAsync(0, 1);
        await pushed;
        var (first, second) = (Client.RequestAsync<Count>(1000, new Count(1)), Client.RequestAsync<Count>(1001, new Count(2)));
        await line.ReplyAsync(await line.NextMessageAsync());
        await first;
        await line.NextMessageAsync();
        line.Cut();
        await reconnecting;
        var third = Client.RequestAsync<Count>(1002, new Count(3));

        var again = await Gateway.AcceptAsync();
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
        var first = await Gateway.AcceptAsync();
        first.Cut();

        var second = await Gateway.AcceptAsync();
        await second.WelcomeAsync("second", resumed: true);
        await second.NextAckAsync();
        second.Cut();
        var third = await Gateway.AcceptAsync();

        Assert.That((first.Token, second.Token, third.Token), Is.EqualTo(("first", "first", "second")));
        Assert.That((first.Attempt, second.Attempt, third.Attempt), Is.EqualTo((1, 2, 3)));
    }

    [Test]
    public async Task Push_RepeatedOrLive_IsDeliveredOnceOrNotCounted()
    {
        var seen = Channel.CreateUnbounded<(int, ushort, uint)>();
        using var handler = Client.OnPush<Count>(ScriptedLine.PushId, (count, push) => seen.Writer.TryWrite((count!.N, push.Stream, push.Number)));
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
        Assert.That((await Gateway.AcceptAsync()).Streams, Is.EqualTo("""{"0":1}"""));
    }

    [Test]
    public async Task Resync_OfARoom_IsToldAndMovesItsStream()
    {
        var resync = Next<StreamResync>(handler => Client.Resync += handler);
        var pushed = Next<PushMessage>(handler => Client.UnhandledPush += handler);
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
        Client.StreamChanged += change => changes.Writer.TryWrite(change);
        // What welcome has told is out first, so that only later changes count.
        line.Cut();

        var again = await Gateway.AcceptAsync();
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
            var answer = Client.RequestAsync<Count>(messageId);
            await line.ReplyAsync(await line.NextMessageAsync());
            await answer;
        }

        Assert.That((await line.NextAckMessageAsync()).GetProperty("settled").GetUInt32(), Is.EqualTo(3));
    }
}
