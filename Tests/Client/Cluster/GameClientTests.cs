using System.Net.Http.Json;
using GameCluster.Client;
using GameCluster.Tests.EndToEnd;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.Client.Cluster;

/// <summary>The C# client against real gateways.</summary>
internal sealed class GameClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Request_OfEveryKind_IsAnsweredAsTheProtocolSays()
    {
        await using var client = ClientCluster.NewClient(ClientCluster.Gateway.ClientUri);
        await client.ConnectAsync();

        var identity = await client.RequestAsync<Identity>(MessageIds.WhoAmI);
        var empty = await client.RequestAsync(MessageIds.NoReply, []);
        var unknown = await Assert.ThrowsAsync<GameException>(() => client.RequestAsync<CountReply>(19999));
        var failed = await Assert.ThrowsAsync<GameException>(() => client.RequestAsync<CountReply>(MessageIds.Throw));

        Assert.That(identity!.Session, Is.EqualTo(client.Session));
        Assert.That(empty, Is.Empty);
        Assert.That((unknown!.Code, failed!.Code), Is.EqualTo((404, 500)));
    }

    [Test]
    public async Task Notify_ToAService_IsHandledAndOnlyItsRefusalIsTold()
    {
        await using var client = ClientCluster.NewClient(ClientCluster.Gateway.ClientUri);
        var events = new Recorder(client);
        await client.ConnectAsync();

        Assert.That(client.Notify(MessageIds.Count), Is.True);
        Assert.That(client.Notify(19999), Is.True);
        var count = await client.RequestAsync<CountReply>(MessageIds.Count);

        Assert.That(count!.Count, Is.EqualTo(2));
        var refusal = (await events.WaitForAsync<GameException>()).Single();
        Assert.That((refusal.Code, refusal.MessageId), Is.EqualTo((404, 19999)));
    }

    [Test]
    public async Task Push_FromAnotherSession_ArrivesNumbered()
    {
        await using var receiver = ClientCluster.NewClient(ClientCluster.Gateway.ClientUri);
        await using var sender = ClientCluster.NewClient(ClientCluster.OtherGateway.ClientUri);
        var events = new Recorder(receiver);
        await Task.WhenAll(receiver.ConnectAsync(), sender.ConnectAsync());

        await PushAsync(sender, receiver, from: 1, to: 3);

        Assert.That(await events.WaitForAsync<Recorder.Pushed>(3), Is.EqualTo(Expected(3)));
    }

    [Test]
    public async Task Cut_WhilePushesCome_LosesAndRepeatsNone()
    {
        await using var network = new TcpCutter(ClientCluster.Gateway.ClientPort);
        await using var receiver = ClientCluster.NewClient(network.Address);
        await using var sender = ClientCluster.NewClient(ClientCluster.OtherGateway.ClientUri);
        var events = new Recorder(receiver);
        await Task.WhenAll(receiver.ConnectAsync(), sender.ConnectAsync());
        var session = receiver.Session;

        await PushAsync(sender, receiver, from: 1, to: 5);
        network.TakeDown();
        await events.WaitForAsync<ConnectionLost>();
        await PushAsync(sender, session!, from: 6, to: 10);
        network.BringUp();
        await events.WaitForAsync<SessionOpened>(2);
        await PushAsync(sender, receiver, from: 11, to: 12);

        Assert.That(await events.WaitForAsync<Recorder.Pushed>(12), Is.EqualTo(Expected(12)));
        Assert.That(receiver.Session, Is.EqualTo(session));
        Assert.That(events.Of<SessionOpened>().Select(static opened => opened.Resumed), Is.EqualTo(new[] { false, true }));
        Assert.That(events.Of<StreamResync>(), Is.Empty);
    }

    [Test]
    public async Task Cut_AgainAndAgain_ExecutesEachRequestOnce()
    {
        const int Batches = 15;
        const int BatchSize = 16;
        await using var network = new TcpCutter(ClientCluster.Gateway.ClientPort);
        await using var client = ClientCluster.NewClient(network.Address);
        await client.ConnectAsync();

        // Each cut comes a little later in what is said: in hello, in requests, in answers.
        var answers = new List<Task<CountReply?>>();
        for (var batch = 0; batch < Batches; batch++)
        {
            var passed = network.PassesAsync(1 + (batch * 150));
            answers.AddRange(Enumerable.Range(0, BatchSize).Select(_ => client.RequestAsync<CountReply>(MessageIds.Count, timeout: Limit)).ToList());
            await Task.WhenAny(passed, Task.WhenAll(answers));
            network.Cut();
        }

        Assert.That((await Task.WhenAll(answers)).Select(static reply => reply!.Count), Is.EqualTo(Enumerable.Range(1, Batches * BatchSize)));
        Assert.That(network.Accepted, Is.GreaterThan(3));
    }

    [Test]
    public async Task Cut_OfOneGateway_ResumesOnTheOther()
    {
        await using var network = new TcpCutter(ClientCluster.Gateway.ClientPort);
        await using var client = ClientCluster.NewClient(network.Address, ClientCluster.OtherGateway.ClientUri);
        var events = new Recorder(client);
        await client.ConnectAsync();
        await client.RequestAsync(1000, """{"name":"mover"}"""u8.ToArray());
        var session = client.Session;

        network.TakeDown();
        await events.WaitForAsync<SessionOpened>(2);

        Assert.That((await client.RequestAsync<TextMessage>(MessageIds.Member))!.Text, Is.EqualTo("hello mover"));
        Assert.That((client.Session, events.Of<SessionOpened>()[1].Resumed), Is.EqualTo((session, true)));
    }

    [Test]
    public async Task Away_ForLongerThanTheWindow_LosesTheSession()
    {
        await using var network = new TcpCutter(ClientCluster.Gateway.ClientPort);
        await using var client = ClientCluster.NewClient(network.Address);
        var events = new Recorder(client);
        await client.ConnectAsync();
        await client.RequestAsync<CountReply>(MessageIds.Count);
        var session = client.Session!;

        network.TakeDown();
        await events.WaitForAsync<ConnectionLost>();
        var lost = client.RequestAsync<CountReply>(MessageIds.Count, timeout: Limit);
        await ClientCluster.Gateway.NoticesAsync(session, 1);
        network.BringUp();

        Assert.That((await Assert.ThrowsAsync<SessionLostException>(() => lost))!.Sent, Is.False);
        var reason = (await events.WaitForAsync<SessionLost>()).Single().Reason;
        Assert.That(reason, Is.AnyOf("expired", "unknown"));
        await events.WaitForAsync<SessionOpened>(2);
        Assert.That(client.Session, Is.Not.EqualTo(session));
        Assert.That((await client.RequestAsync<CountReply>(MessageIds.Count))!.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Kick_ByAnOperator_IsToldAndFinal()
    {
        await using var client = ClientCluster.NewClient(ClientCluster.Gateway.ClientUri);
        var events = new Recorder(client);
        await client.ConnectAsync();
        await client.RequestAsync<Identity>(MessageIds.WhoAmI);

        using var response = await ClientCluster.OtherGateway.Admin.PostAsJsonAsync($"admin/v1/sessions/{client.Session}/kick", new { reason = "testing" });

        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync());
        Assert.That((await events.WaitForAsync<Kicked>()).Single().Reason, Is.EqualTo("testing"));
        Assert.That((await events.WaitForAsync<ClientClosed>()).Single().Code, Is.EqualTo(4000));
        Assert.That(client.State, Is.EqualTo(ClientState.Closed));
    }

    [Test]
    public async Task Stop_OfAGateway_MovesItsClientsWithNothingLost()
    {
        var stopping = await ClientCluster.AddGatewayAsync();
        await using var client = ClientCluster.NewClient(stopping.ClientUri, ClientCluster.OtherGateway.ClientUri);
        await using var sender = ClientCluster.NewClient(ClientCluster.Gateway.ClientUri);
        var events = new Recorder(client);
        await Task.WhenAll(client.ConnectAsync(), sender.ConnectAsync());
        await PushAsync(sender, client, from: 1, to: 2);
        var session = client.Session!;

        stopping.Terminate();
        await events.WaitForAsync<SessionOpened>(2);
        await PushAsync(sender, session, from: 3, to: 4);

        Assert.That(await events.WaitForAsync<Recorder.Pushed>(4), Is.EqualTo(Expected(4)));
        Assert.That(events.Of<GoingAway>(), Is.Not.Empty);
        Assert.That((client.Session, events.Of<SessionOpened>()[1].Resumed), Is.EqualTo((session, true)));
        await stopping.ExitAsync();
    }

    [Test]
    public async Task Kill_OfAGateway_LosesAndRepeatsNothing()
    {
        var killed = await ClientCluster.AddGatewayAsync();
        await using var client = ClientCluster.NewClient(killed.ClientUri, ClientCluster.OtherGateway.ClientUri);
        await using var sender = ClientCluster.NewClient(ClientCluster.Gateway.ClientUri);
        var events = new Recorder(client);
        await Task.WhenAll(client.ConnectAsync(), sender.ConnectAsync());
        await PushAsync(sender, client, from: 1, to: 2);
        var session = client.Session!;

        await killed.KillAsync();
        await events.WaitForAsync<SessionOpened>(2);
        await PushAsync(sender, session, from: 3, to: 4);

        Assert.That(await events.WaitForAsync<Recorder.Pushed>(4), Is.EqualTo(Expected(4)));
        Assert.That((await client.RequestAsync<Identity>(MessageIds.WhoAmI, timeout: Limit))!.Session, Is.EqualTo(session));
    }

    private static Task PushAsync(GameClient sender, GameClient receiver, int from, int to) => PushAsync(sender, receiver.Session!, from, to);

    private static async Task PushAsync(GameClient sender, string session, int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            var reply = await sender.RequestAsync<PushReply>(MessageIds.PushTo, new PushRequest(session, $"{i}"), Limit);
            Assert.That(reply!.Result, Is.EqualTo("Queued"), $"push {i}");
        }
    }

    private static IEnumerable<Recorder.Pushed> Expected(int count) => Enumerable.Range(1, count).Select(static number => new Recorder.Pushed((uint)number, $"{number}"));

    private sealed record Identity(string Session, string? Player);

    private sealed record CountReply(int Count);

    private sealed record PushRequest(string Session, string Text);

    private sealed record PushReply(string Result);

    private sealed record TextMessage(string Text);
}
