using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;
using Npgsql;

namespace GameCluster.Tests.Cluster;

/// <summary>Sessions whose client is away when the silo of their grain is killed.</summary>
internal sealed class AwayLossTests
{
    private const int Sessions = 12;
    private const int Create = BoardMessages.Durable + BoardMessages.Create;
    private const int Join = BoardMessages.Durable + BoardMessages.Join;
    private const int Draw = BoardMessages.Durable + BoardMessages.Draw;
    private const string Stroke = """{"color":1,"points":[1,1,2,2]}""";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static Uri One => ServiceCluster.Gateways[0].ClientUri;

    private static Uri Other => ServiceCluster.Gateways[1].ClientUri;

    [SetUp]
    public Task StartAsync() => ServiceCluster.MakeWholeAsync();

    [Test]
    public async Task Kill_OfTheSilo_ClientsThatWereAwayGoOnAndMissNothingInSilence()
    {
        await using var sender = await SessionSocket.ConnectAsync(Other);
        var clients = await PlayAsync();
        Assert.That(await StoredAsync(clients), Is.Empty, "nothing is stored of a session whose client is there");
        clients.ForEach(static client => client.Socket.Abort());
        await Wait.UntilAsync(async () => (await StoredAsync(clients)).Count == Sessions, Limit, "every session to be stored");
        foreach (var client in clients)
        {
            await PushedAsync(sender, client.Socket.Session, "meanwhile");
        }

        await Wait.UntilAsync(async () => (await StoredAsync(clients)).Count(static stored => stored.Turn > 1) == Sessions, Limit, "the pushes to be stored");
        var (dying, lost) = await BusiestAsync(clients);
        await dying.KillAsync();

        var (first, second) = (clients.First(client => lost.Contains(client.Socket.Session)), clients.Last(client => lost.Contains(client.Socket.Session)));
        await using (var thief = await SessionSocket.ResumeAsync(Other, first.Socket, Forge(first.Socket.Token, second.Socket.Token)))
        {
            Assert.That((thief.Resumed, thief.Reason), Is.EqualTo((false, "unknown")));
            await thief.CloseAsync();
        }

        await Task.WhenAll(clients.Select(async client =>
        {
            await using var socket = await GoOnAsync(client);
            if (lost.Contains(socket.Session))
            {
                var resync = await socket.NextAsync(-4);
                Assert.That((resync["stream"].GetInt32(), resync["reason"].GetString()), Is.EqualTo((0, "restarted")));
            }

            Assert.That((await socket.NextAsync(MessageIds.Pushed))["text"].GetString(), Is.EqualTo("meanwhile"));
            await socket.CloseAsync();
            await client.Socket.DisposeAsync();
        }));
        await Wait.UntilAsync(async () => (await StoredAsync(clients)).Count == 0, Limit, "nothing to be stored of sessions whose client is back");
    }

    [Test]
    public async Task Kill_OfTheSilo_ClientsThatGoBeforeItIsNoticedGoOn()
    {
        var clients = await PlayAsync();
        await ServiceCluster.Silos[0].KillAsync();
        clients.ForEach(static client => client.Socket.Abort());

        await Task.WhenAll(clients.Select(async client =>
        {
            await using var socket = await GoOnAsync(client);
            await socket.CloseAsync();
            await client.Socket.DisposeAsync();
        }));
    }

    [Test]
    public async Task Kill_OfTheSilo_ServicesAreToldOnceOfThoseThatDoNotComeBack()
    {
        var clients = await PlayAsync();
        var sessions = clients.ConvertAll(static client => client.Socket.Session);
        clients.ForEach(static client => client.Socket.Abort());
        await Wait.UntilAsync(async () => (await StoredAsync(clients)).Count == Sessions, Limit, "every session to be stored");
        var (dying, lost) = await BusiestAsync(clients);
        await dying.KillAsync();
        Assert.That(sessions.Sum(TimesLeft), Is.Zero, "they wait for their clients");

        await Wait.UntilAsync(() => sessions.TrueForAll(static session => TimesLeft(session) > 0), Limit, "the login service to be told of the end of each");
        await Wait.UntilAsync(async () => (await StoredAsync(clients)).Count == 0, Limit, "nothing to be stored of them any more");
        Assert.That(sessions.ConvertAll(TimesLeft), Is.All.EqualTo(1));
        await Task.WhenAll(clients.Select(async client =>
        {
            await using var socket = await SessionSocket.ResumeAsync(Other, client.Socket);
            Assert.That((socket.Resumed, socket.Reason), Is.EqualTo((false, "expired")));
            await socket.CloseAsync();
            await client.Socket.DisposeAsync();
        }));
        Assert.That(lost, Is.Not.Empty);
    }

    [Test]
    public async Task Kill_OfTheSilo_ServicesAreToldOnceOfThoseThatSayGoodByeBeforeItIsNoticed()
    {
        var clients = await PlayAsync();
        var sessions = clients.ConvertAll(static client => client.Socket.Session);
        await ServiceCluster.Silos[0].KillAsync();
        await Task.WhenAll(clients.Select(static client => client.Socket.CloseAsync()));

        await Wait.UntilAsync(() => sessions.TrueForAll(static session => TimesLeft(session) > 0), Limit, "the login service to be told of the end of each");
        Assert.That(sessions.ConvertAll(TimesLeft), Is.All.EqualTo(1));
        foreach (var client in clients)
        {
            await using var socket = await SessionSocket.ResumeAsync(Other, client.Socket);
            Assert.That(socket.Resumed, Is.False);
            await socket.CloseAsync();
            await client.Socket.DisposeAsync();
        }
    }

    /// <summary>Sessions that have logged in, and drawn a stroke in a durable room of their own.</summary>
    private static async Task<List<Player>> PlayAsync()
    {
        var players = new List<Player>();
        for (var i = 0; i < Sessions; i++)
        {
            var socket = await SessionSocket.ConnectAsync(One);
            await socket.RequestAsync(1000, JsonSerializer.Serialize(new { name = socket.Session }));
            var room = (await socket.RequestAsync(Create))["room"].GetString()!;
            Assert.That((await socket.RequestAsync(Join, JsonSerializer.Serialize(new { room }))).Kind, Is.EqualTo(SessionFrame.Reply));
            var request = await socket.SendAsync(Draw, Stroke);
            Assert.That((await socket.AnswerAsync(request))["id"].GetInt32(), Is.EqualTo(1));
            await socket.PushesAsync(1);
            players.Add(new Player(socket, request));
        }

        return players;
    }

    /// <summary>Comes back elsewhere: the same session and player, the seat is kept, and the request that is repeated was done once.</summary>
    private static async Task<SessionSocket> GoOnAsync(Player player)
    {
        var socket = await SessionSocket.ResumeAsync(Other, player.Socket);
        Assert.That((socket.Resumed, socket.Session), Is.EqualTo((true, player.Socket.Session)), $"reason: {socket.Reason}");
        await socket.RepeatAsync(player.Request, Draw, Stroke);
        Assert.That((await socket.AnswerAsync(player.Request))["id"].GetInt32(), Is.EqualTo(1), "done once");
        Assert.That((await socket.RequestAsync(MessageIds.WhoAmI))["player"].GetString(), Is.EqualTo(socket.Session));
        Assert.That((await socket.RequestAsync(Draw, Stroke))["id"].GetInt32(), Is.EqualTo(2));
        return socket;
    }

    /// <summary>The token of one session with the secret of another.</summary>
    private static string Forge(string token, string other)
    {
        const int IdSize = 16;
        byte[] forged = [.. System.Buffers.Text.Base64Url.DecodeFromChars(token).AsSpan(0, IdSize), .. System.Buffers.Text.Base64Url.DecodeFromChars(other).AsSpan(IdSize)];
        return System.Buffers.Text.Base64Url.EncodeToString(forged);
    }

    /// <summary>The silo with the most sessions that are stored, and their ids.</summary>
    private static async Task<(GameProcess Silo, HashSet<string> Sessions)> BusiestAsync(List<Player> players)
    {
        var owners = (await StoredAsync(players)).GroupBy(static stored => stored.Owner).MaxBy(static owned => owned.Count())!;
        var silo = ServiceCluster.Silos.Single(silo => owners.Key.Contains($":{silo.SiloPort}@", StringComparison.Ordinal));
        return (silo, [.. owners.Select(static stored => stored.Session)]);
    }

    private static async Task<List<(string Session, string Owner, long Turn)>> StoredAsync(List<Player> players)
    {
        await using var connection = new NpgsqlConnection(ServiceCluster.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT id, owner, turn FROM gamecluster_away_session WHERE id = ANY ($1)", connection)
        {
            Parameters = { new() { Value = players.ConvertAll(static player => Guid.ParseExact(player.Socket.Session, "N")) } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var stored = new List<(string, string, long)>();
        while (await reader.ReadAsync())
        {
            stored.Add((reader.GetGuid(0).ToString("N"), reader.GetString(1), reader.GetInt64(2)));
        }

        return stored;
    }

    /// <summary>How often the login service was told that the session has ended.</summary>
    private static int TimesLeft(string session) => ServiceCluster.Silos.Sum(silo => silo.Output.Split($"Session {session} has left service route").Length - 1);

    private static async Task PushedAsync(SessionSocket sender, string session, string text)
    {
        var answer = await sender.RequestAsync(MessageIds.PushTo, JsonSerializer.Serialize(new { session, text }));
        Assert.That(answer["result"].GetString(), Is.EqualTo("Queued"));
    }

    private sealed record Player(SessionSocket Socket, uint Request);
}
