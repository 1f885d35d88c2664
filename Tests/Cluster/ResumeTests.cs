using System.Text.Json;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.Cluster;

/// <summary>Sessions of version 1 when the processes under them die.</summary>
internal sealed class ResumeTests
{
    private const int Sessions = 12;
    private const int Pushes = 120;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static List<GameProcess> Silos => ServiceCluster.Silos;

    private static List<GameProcess> Gateways => ServiceCluster.Gateways;

    [SetUp]
    public Task StartAsync() => ServiceCluster.MakeWholeAsync();

    [Test]
    public async Task Kill_OfTheGateway_SessionsGoOnAtAnother()
    {
        var (dying, staying) = (Gateways[0], Gateways[1]);
        var lost = new List<(SessionSocket Socket, uint Request)>();
        for (var i = 0; i < Sessions; i++)
        {
            var socket = await SessionSocket.ConnectAsync(dying.ClientUri);
            await socket.RequestAsync(1000, JsonSerializer.Serialize(new { name = socket.Session }));
            Assert.That((await socket.RequestAsync(MessageIds.Enter, """{"milliseconds":0}"""))["count"].GetInt32(), Is.EqualTo(1));
            lost.Add((socket, await socket.SendAsync(MessageIds.Enter, """{"milliseconds":800}""")));
            await socket.NotifyAsync(-7);
            Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(-8), "the gateway has the request");
        }

        await dying.KillAsync();

        await Task.WhenAll(lost.Select(async session =>
        {
            await using var socket = await SessionSocket.ResumeAsync(staying.ClientUri, session.Socket);
            Assert.That((socket.Resumed, socket.Session), Is.EqualTo((true, session.Socket.Session)), $"reason: {socket.Reason}");
            await socket.RepeatAsync(session.Request, MessageIds.Enter, """{"milliseconds":800}""");
            Assert.That((await socket.AnswerAsync(session.Request))["count"].GetInt32(), Is.EqualTo(2), "executed once");
            Assert.That((await socket.RequestAsync(MessageIds.Enter, """{"milliseconds":0}"""))["count"].GetInt32(), Is.EqualTo(3));
            Assert.That((await socket.RequestAsync(MessageIds.WhoAmI))["player"].GetString(), Is.EqualTo(socket.Session));
            await socket.CloseAsync();
            await session.Socket.DisposeAsync();
        }));
    }

    [Test]
    public async Task Kill_OfTheGateway_PushesArriveOnceAndInOrder()
    {
        var (dying, staying) = (Gateways[0], Gateways[1]);
        await using var sender = await SessionSocket.ConnectAsync(staying.ClientUri);
        var lost = new List<SessionSocket>();
        for (var i = 0; i < Sessions; i++)
        {
            lost.Add(await SessionSocket.ConnectAsync(dying.ClientUri));
        }

        var firstThird = new TaskCompletionSource();
        var pushing = PushAllAsync(sender, [.. lost.Select(static socket => socket.Session)], firstThird);
        await firstThird.Task;
        await Task.WhenAll(lost.Select(static socket => socket.PushesAsync(10)));
        await dying.KillAsync();

        await Task.WhenAll(lost.Select(async earlier =>
        {
            await using var socket = await SessionSocket.ResumeAsync(staying.ClientUri, earlier);
            Assert.That(socket.Resumed, Is.True);
            await socket.PushesAsync(Pushes - earlier.Pushes.Count);
            Assert.That(earlier.Pushes.Concat(socket.Pushes).Select(static push => push["text"].GetString()), Is.EqualTo(Enumerable.Range(1, Pushes).Select(static number => $"{number}")));
            await socket.CloseAsync();
            await earlier.DisposeAsync();
        }));
        await pushing;
    }

    [Test]
    public async Task Kill_OfASilo_SessionsAndTheirPushesGoOn()
    {
        var (one, other) = (Gateways[0], Gateways[1]);
        await using var sender = await SessionSocket.ConnectAsync(other.ClientUri);
        var sockets = new List<SessionSocket>();
        for (var i = 0; i < Sessions; i++)
        {
            sockets.Add(await SessionSocket.ConnectAsync(one.ClientUri));
            await PushedAsync(sender, sockets[i].Session, "before");
            await sockets[i].PushesAsync(1);
        }

        await Silos[0].KillAsync();

        // The socket checks that numbers rise by one, and counts what it is told to be missing.
        foreach (var socket in sockets)
        {
            await PushedAsync(sender, socket.Session, "after");
            while (!socket.Pushes.Exists(static push => push["text"].GetString() == "after"))
            {
                await socket.ReceiveAsync();
            }

            socket.Abort();
            await using var resumed = await SessionSocket.ResumeAsync(other.ClientUri, socket);
            Assert.That(resumed.Resumed, Is.True, $"reason: {resumed.Reason}");
            await PushedAsync(sender, socket.Session, "at last");
            Assert.That((await resumed.PushAsync())["text"].GetString(), Is.EqualTo("at last"));
            await resumed.CloseAsync();
            await socket.DisposeAsync();
        }
    }

    [Test]
    public async Task Terminate_OfTheGateway_SendsClientsElsewhereWithoutLoss()
    {
        var (stopping, staying) = (Gateways[0], Gateways[1]);
        await using var sender = await SessionSocket.ConnectAsync(staying.ClientUri);
        var leaving = new List<(SessionSocket Socket, uint Request)>();
        for (var i = 0; i < Sessions; i++)
        {
            var socket = await SessionSocket.ConnectAsync(stopping.ClientUri);
            await socket.RequestAsync(MessageIds.Enter, """{"milliseconds":0}""");
            leaving.Add((socket, 0));
        }

        var firstThird = new TaskCompletionSource();
        var pushing = PushAllAsync(sender, [.. leaving.Select(static one => one.Socket.Session)], firstThird);
        await firstThird.Task;
        for (var i = 0; i < Sessions; i++)
        {
            leaving[i] = (leaving[i].Socket, await leaving[i].Socket.SendAsync(MessageIds.Enter, """{"milliseconds":500}"""));
        }

        stopping.Terminate();
        var delays = await Task.WhenAll(leaving.Select(one => LeaveAsync(one.Socket, one.Request, staying)));
        await pushing;
        await stopping.ExitAsync();
        Assert.That(delays, Is.All.InRange(0, 2000));
        Assert.That(delays.Distinct().Count(), Is.GreaterThan(Sessions / 2), "they do not come back all at once");
    }

    [Test]
    public async Task Kill_OfTheGateway_ServicesAreToldOnceOfSessionsThatDoNotComeBack()
    {
        var (dying, staying) = (Gateways[0], Gateways[1]);
        await using var players = await Players.LogInAsync([dying], 3);
        await using var away = await SessionSocket.ConnectAsync(dying.ClientUri);
        await away.RequestAsync(1000, JsonSerializer.Serialize(new { name = away.Session }));
        var old = await Task.WhenAll(players.Names.Select(staying.SessionOfAsync));

        await dying.KillAsync();

        await Wait.UntilAsync(() => old.All(static session => TimesLeft(session) > 0), Limit, "the login service to be told of the end of each session of version 0");
        Assert.That(TimesLeft(away.Session), Is.Zero, "a session of version 1 waits for its client");
        await Wait.UntilAsync(() => TimesLeft(away.Session) > 0, Limit, "the login service to be told of the session of version 1");
        Assert.That(old.Append(away.Session).Select(TimesLeft), Is.All.EqualTo(1));
    }

    /// <summary>How often the login service was told that the session has ended.</summary>
    private static int TimesLeft(string session) => Silos.Sum(silo => silo.Output.Split($"Session {session} has left service route").Length - 1);

    /// <summary>Goes where it is sent to, with nothing missing; returns how long it was asked to wait.</summary>
    private static async Task<int> LeaveAsync(SessionSocket old, uint request, GameProcess staying)
    {
        Assert.That((await old.AnswerAsync(request))["count"].GetInt32(), Is.EqualTo(2));
        var delay = (await old.NextAsync(-5))["delay"].GetInt32();
        Assert.That((await old.ReceiveCloseAsync()).Code, Is.EqualTo(1001));
        await old.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

        await using var socket = await SessionSocket.ResumeAsync(staying.ClientUri, old);
        Assert.That(socket.Resumed, Is.True, $"reason: {socket.Reason}");
        await socket.PushesAsync(Pushes - old.Pushes.Count);
        Assert.That(old.Pushes.Concat(socket.Pushes).Select(static push => push["text"].GetString()), Is.EqualTo(Enumerable.Range(1, Pushes).Select(static number => $"{number}")));
        Assert.That((await socket.RequestAsync(MessageIds.Enter, """{"milliseconds":0}"""))["count"].GetInt32(), Is.EqualTo(3));
        await socket.CloseAsync();
        await old.DisposeAsync();
        return delay;
    }

    private static async Task PushAllAsync(SessionSocket sender, string[] sessions, TaskCompletionSource firstThird)
    {
        for (var number = 1; number <= Pushes; number++)
        {
            var requests = new List<uint>();
            foreach (var session in sessions)
            {
                requests.Add(await sender.SendAsync(MessageIds.PushTo, JsonSerializer.Serialize(new { session, text = $"{number}" })));
            }

            foreach (var request in requests)
            {
                var answer = await sender.AnswerAsync(request);
                Assert.That(answer.Kind, Is.EqualTo(SessionFrame.Reply), answer.ToString());
                Assert.That(answer["result"].GetString(), Is.EqualTo("Queued"));
            }

            if (number == Pushes / 3)
            {
                firstThird.SetResult();
            }
        }
    }

    /// <summary>Pushes until somebody has taken it: while a silo's death is not known yet, some calls fail.</summary>
    private static Task PushedAsync(SessionSocket sender, string session, string text) => Wait.UntilAsync(
        async () =>
        {
            var answer = await sender.RequestAsync(MessageIds.PushTo, JsonSerializer.Serialize(new { session, text }));
            return answer.Kind == SessionFrame.Reply && answer["result"].GetString() == "Queued";
        },
        Limit,
        $"a push to session {session}");
}
