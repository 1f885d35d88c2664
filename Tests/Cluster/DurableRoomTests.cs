using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Durable rooms when their silo stands still for so long that it is taken for dead, and then goes on.</summary>
internal sealed class DurableRoomTests
{
    private const int RoomCount = 12;
    private const int StrokesAtOnce = 3;
    private const int Create = BoardMessages.Durable + BoardMessages.Create;
    private const int Join = BoardMessages.Durable + BoardMessages.Join;
    private const int Draw = BoardMessages.Durable + BoardMessages.Draw;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [Test]
    public async Task Freeze_SiloWithRooms_TheyGoOnElsewhereAndItPushesNothingWhenItWakes()
    {
        var gateways = SharedCluster.Gateways;
        var frozen = SharedCluster.Silos[0];
        var members = new Dictionary<SessionSocket, string>();
        try
        {
            for (var i = 0; i < RoomCount; i++)
            {
                var socket = await SessionSocket.ConnectAsync(gateways[i % gateways.Count].ClientUri);
                var room = (await socket.RequestAsync(Create))["room"].GetString()!;
                await socket.RequestAsync(Join, JsonSerializer.Serialize(new { room }));
                members.Add(socket, room);
            }

            await DrawEverywhereAsync(members.Keys);
            frozen.Freeze();
            try
            {
                await DrawEverywhereAsync(members.Keys);
            }
            finally
            {
                frozen.Thaw();
            }

            Assert.That(await frozen.ExitAsync(), Is.Not.Zero, "a silo that was taken for dead must not go on");
            foreach (var (member, drawn) in await DrawEverywhereAsync(members.Keys))
            {
                // The last stroke is acknowledged; those before it are there, also what was of unknown outcome.
                while (member.Pushes.Count < drawn)
                {
                    await member.ReceiveAsync();
                }

                Assert.That(member.Pushes.Select(static push => push["stroke"].GetProperty("id").GetInt32()), Is.EqualTo(Enumerable.Range(1, drawn)), members[member]);
            }

            await AssertRecordedAsync(gateways[0], members.Values.First(), members.Keys.First().Pushes.Count);
        }
        finally
        {
            foreach (var member in members.Keys)
            {
                await member.DisposeAsync();
            }
        }
    }

    private static async Task<(SessionSocket Member, int Drawn)[]> DrawEverywhereAsync(IEnumerable<SessionSocket> members) =>
        await Task.WhenAll(members.Select(static async member => (member, await DrawAsync(member))));

    /// <summary>Draws strokes until three are acknowledged, and returns the number of the last. What is answered with an error may have been drawn or not.</summary>
    private static async Task<int> DrawAsync(SessionSocket member)
    {
        var drawn = new List<int>();
        var answer = "nothing yet";
        await Wait.UntilAsync(
            async () =>
            {
                var received = await member.RequestAsync(Draw, """{"color":1,"points":[1,1,2,2]}""");
                answer = received.Text;
                if (received.Kind == SessionFrame.Reply)
                {
                    drawn.Add(received["id"].GetInt32());
                }

                return drawn.Count == StrokesAtOnce;
            },
            Limit,
            $"{StrokesAtOnce} strokes",
            () => answer);
        Assert.That(drawn, Is.Ordered.And.Unique);
        return drawn[^1];
    }

    /// <summary>Its recording says what has happened to a room, and its state what has come of that.</summary>
    private static async Task AssertRecordedAsync(GameProcess process, string room, int strokes)
    {
        var recording = (await process.Admin.GetStringAsync($"admin/v1/rooms/{DurableBoardRoom.Name}/{room}/recording")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var state = await process.Admin.GetFromJsonAsync<JsonElement>($"admin/v1/rooms/{DurableBoardRoom.Name}/{room}/state");

        var head = JsonDocument.Parse(recording[0]).RootElement;
        var kinds = recording[1..].Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("input").GetProperty("kind").GetString()).ToArray();
        Assert.That((head.GetProperty("first_version").GetInt64(), head.GetProperty("last_version").GetInt64(), head.GetProperty("open").GetBoolean()), Is.EqualTo((1, kinds.Length, true)));
        Assert.That(kinds[..2], Is.EqualTo(new[] { "Create", "Join" }));
        Assert.That(kinds.Count(static kind => kind == "Message"), Is.EqualTo(strokes));
        Assert.That(state.GetProperty("LastId").GetInt32(), Is.EqualTo(strokes));
    }
}
