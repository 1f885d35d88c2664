using System.Threading.Channels;
using GameCluster.Client;
using GameCluster.Client.Protocol;

namespace GameCluster.Tests.Client;

/// <summary>How connections and sessions of the C# client end.</summary>
internal sealed class ScriptedEndTests : ScriptedClientTest
{
    [Test]
    public async Task SessionLost_WhileAway_FailsRequestsAndBeginsAnew()
    {
        var reconnecting = Next<ConnectionLost>(handler => Client.Reconnecting += handler);
        var line = await OpenAsync();
        await line.PushAsync(0, 1);
        var sent = Client.RequestAsync<Count>(1000);
        await line.NextMessageAsync();
        line.Cut();
        await reconnecting;
        var waiting = Client.RequestAsync<Count>(1001);
        var events = Channel.CreateUnbounded<object>();
        Client.SessionLost += lost => events.Writer.TryWrite(lost);
        Client.Opened += opened => events.Writer.TryWrite(opened.Resumed);

        var again = await Gateway.AcceptAsync();
        await again.WelcomeAsync("other", reason: "\"expired\"");

        Assert.That((await Assert.ThrowsAsync<SessionLostException>(() => sent))!.Sent, Is.True);
        Assert.That((await Assert.ThrowsAsync<SessionLostException>(() => waiting))!.Sent, Is.False);
        Assert.That(await TakeAsync(events, 2), Is.EqualTo(new object[] { new SessionLost("expired"), false }));
        Assert.That(await again.NextAckAsync(), Is.EqualTo("""{"0":0}"""));
        var answer = Client.RequestAsync<Count>(1002);
        var first = await again.NextMessageAsync();
        await again.ReplyAsync(first);
        await answer;
        Assert.That(first.Number, Is.EqualTo(1));
    }

    [TestCase(4000)]
    [TestCase(4001)]
    public async Task Close_Final_KeepsTheClientClosed(int code)
    {
        var closed = Next<ClientClosed>(handler => Client.Closed += handler);
        var line = await OpenAsync();
        var answer = Client.RequestAsync<Count>(1000);
        await line.CloseAsync(code);

        await Assert.ThrowsAsync<ClientClosedException>(() => answer);
        Assert.That((await closed).Code, Is.EqualTo(code));
        Assert.That(Client.State, Is.EqualTo(ClientState.Closed));
    }

    [TestCase(1001)]
    [TestCase(1011)]
    [TestCase(4008)]
    public async Task Close_Resumable_MakesTheClientResume(int code)
    {
        await (await OpenAsync()).CloseAsync(code);

        Assert.That((await Gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Close_ThatBlamesTheClientTwice_IsFinal()
    {
        var closed = Next<ClientClosed>(handler => Client.Closed += handler);
        await (await OpenAsync()).CloseAsync(1002);
        var again = await Gateway.AcceptAsync();
        await again.WelcomeAsync(resumed: true);
        await again.CloseAsync(1002);

        Assert.That((await closed).Code, Is.EqualTo(1002));
    }

    [Test]
    public async Task Kick_WithReason_IsToldAndFinal()
    {
        var (kicked, closed) = (Next<Kicked>(handler => Client.Kicked += handler), Next<ClientClosed>(handler => Client.Closed += handler));
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
    public async Task Receive_BrokenBytes_MakesTheClientResume()
    {
        var line = await OpenAsync();
        await line.SendBytesAsync([11, 0, 0, 0]);

        Assert.That(await line.Closed, Is.EqualTo(4002));
        Assert.That((await Gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Receive_BrokenSystemMessage_MakesTheClientResume()
    {
        var line = await OpenAsync();
        await line.SystemAsync(SystemId.Resync, "[1]");

        Assert.That(await line.Closed, Is.EqualTo(4002));
        Assert.That((await Gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task SilentServer_AfterAPing_IsGivenUp()
    {
        Client = NewClient(options => (options.PingInterval, options.PingTimeout) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)));
        var line = await OpenAsync(ack: """{"messages":64,"time":20}""");

        Assert.That(await line.Closed, Is.EqualTo(4002));
        Assert.That((await Gateway.AcceptAsync()).Token, Is.EqualTo("first"));
    }

    [Test]
    public async Task Close_ThenConnect_BeginsANewSession()
    {
        var line = await OpenAsync();
        await Client.CloseAsync();
        Assert.That(await line.Closed, Is.EqualTo(1000));

        Assert.That((await OpenAsync()).Token, Is.Null);
    }
}
