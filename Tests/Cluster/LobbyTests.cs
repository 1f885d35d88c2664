using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Players who open and join rooms while a silo dies.</summary>
internal sealed class LobbyTests
{
    private const int PlayerCount = 24;
    private const int MostTries = 20;
    private const int Create = BoardMessages.Durable + BoardMessages.Create;
    private const int Join = BoardMessages.Durable + BoardMessages.Join;
    private const int Draw = BoardMessages.Durable + BoardMessages.Draw;

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [Test]
    public async Task Kill_SiloWithDurableRooms_WhoJoinsThemJustThenIsLetIn()
    {
        var players = new List<(SessionSocket Socket, string Room)>();
        try
        {
            for (var i = 0; i < PlayerCount; i++)
            {
                // With the room its lobby is there as well, so that what fails later are rooms.
                var socket = await SessionSocket.ConnectAsync(SharedCluster.Gateways[i % SharedCluster.Gateways.Count].ClientUri);
                players.Add((socket, (await socket.RequestAsync(Create))["room"].GetString()!));
            }

            var victim = SharedCluster.Silos[0];
            await victim.KillAsync();
            var refusals = await Task.WhenAll(players.Select((player, i) => JoinAsync(player.Socket, players[(i + 1) % PlayerCount].Room)));

            await TestContext.Out.WriteLineAsync($"refused on the way: {string.Join("; ", refusals.SelectMany(static texts => texts))}");
            Assert.That(SharedCluster.Silos.SelectMany(static silo => silo.Output.Split('\n')).Count(static line => line.Contains("goes on here with version")), Is.Positive, "rooms have moved");
            Assert.That(refusals.SelectMany(static texts => texts).Where(static text => text.Contains("room")), Is.Empty, "only a lobby that has died itself may cost a player anything");
            var drawn = await Task.WhenAll(players.Select(static player => player.Socket.RequestAsync(Draw, """{"color":1,"points":[1,1,2,2]}""")));
            Assert.That(drawn.Select(static answer => answer.Kind), Is.All.EqualTo(SessionFrame.Reply), "everybody is a member");
        }
        finally
        {
            foreach (var (socket, _) in players)
            {
                await socket.DisposeAsync();
            }
        }
    }

    /// <summary>Joins, and says what it was refused with before that.</summary>
    private static async Task<List<string>> JoinAsync(SessionSocket socket, string room)
    {
        var refusals = new List<string>();
        while (true)
        {
            var answer = await socket.RequestAsync(Join, JsonSerializer.Serialize(new { room }));
            if (answer.Kind == SessionFrame.Reply)
            {
                return refusals;
            }

            refusals.Add(answer.Text);
            Assert.That(refusals, Has.Count.LessThan(MostTries), string.Join("; ", refusals));
        }
    }
}
