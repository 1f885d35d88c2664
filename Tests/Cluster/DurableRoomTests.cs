using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>Durable rooms when their silo stands still for so long that it is taken for dead, and then goes on.</summary>
internal sealed class DurableRoomTests
{
    private const int MostTries = 5;
    private const int RoomCount = 12;
    private const int Create = BoardMessages.Durable + BoardMessages.Create;
    private const int Join = BoardMessages.Durable + BoardMessages.Join;
    private const int Draw = BoardMessages.Durable + BoardMessages.Draw;

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [Test]
    public async Task Freeze_SiloWithRooms_TheyGoOnElsewhereAndItPushesNothingWhenItWakes()
    {
        var gateways = SharedCluster.Gateways;
        var frozen = SharedCluster.Silos[0];
        var members = new Dictionary<Artist, string>();
        try
        {
            for (var i = 0; i < RoomCount; i++)
            {
                var gateway = gateways[i % gateways.Count].ClientUri;
                var socket = await SessionSocket.ConnectAsync(gateway);
                var room = (await socket.RequestAsync(Create))["room"].GetString()!;
                await socket.RequestAsync(Join, JsonSerializer.Serialize(new { room }));
                members.Add(new Artist(gateway, socket), room);
            }

            await Task.WhenAll(members.Keys.Select(static member => member.DrawAsync(1, 3)));
            frozen.Freeze();
            try
            {
                await Task.WhenAll(members.Keys.Select(static member => member.DrawAsync(4, 6)));
            }
            finally
            {
                frozen.Thaw();
            }

            Assert.That(await frozen.ExitAsync(), Is.Not.Zero, "a silo that was taken for dead must not go on");
            await Task.WhenAll(members.Keys.Select(static member => member.DrawAsync(7, 7)));
            foreach (var (member, room) in members)
            {
                Assert.That(await member.SeenAsync(7), Is.EqualTo(Enumerable.Range(1, 7)), room);
            }

            await AssertRecordedAsync(gateways[0], members.Values.First());
        }
        finally
        {
            foreach (var member in members.Keys)
            {
                await member.DisposeAsync();
            }
        }
    }

    /// <summary>Its recording says what has happened to a room, and its state what has come of that.</summary>
    private static async Task AssertRecordedAsync(GameProcess process, string room)
    {
        var recording = (await process.Admin.GetStringAsync($"admin/v1/rooms/{DurableBoardRoom.Name}/{room}/recording")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var state = await process.Admin.GetFromJsonAsync<JsonElement>($"admin/v1/rooms/{DurableBoardRoom.Name}/{room}/state");

        var head = JsonDocument.Parse(recording[0]).RootElement;
        var kinds = recording[1..].Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("input").GetProperty("kind").GetString()).ToArray();
        Assert.That((head.GetProperty("first_version").GetInt64(), head.GetProperty("last_version").GetInt64(), head.GetProperty("open").GetBoolean()), Is.EqualTo((1, kinds.Length, true)));
        Assert.That(kinds[..2], Is.EqualTo(new[] { "Create", "Join" }));
        Assert.That(kinds.Count(static kind => kind == "Message"), Is.EqualTo(7));
        Assert.That(state.GetProperty("LastId").GetInt32(), Is.EqualTo(7));
    }

    /// <summary>Draws strokes in one room, each again until it is known to be drawn: so each is drawn once. A request can be repeated on another connection only, so it goes on with one.</summary>
    private sealed class Artist(Uri gateway, SessionSocket socket) : IAsyncDisposable
    {
        private readonly List<SessionReceived> _seen = [];
        private SessionSocket _socket = socket;

        public async Task DrawAsync(int first, int last)
        {
            for (var id = first; id <= last; id++)
            {
                var body = $$"""{"color":{{id}},"points":[1,1,2,2]}""";
                var number = await _socket.SendAsync(Draw, body);
                var answer = await _socket.AnswerAsync(number);
                for (var tries = 1; answer.Kind == SessionFrame.Error && tries <= MostTries; tries++)
                {
                    await GoOnAsync();
                    await _socket.RepeatAsync(number, Draw, body);
                    answer = await _socket.AnswerAsync(number);
                }

                Assert.That(answer.Kind, Is.EqualTo(SessionFrame.Reply), answer.Text);
                Assert.That(answer["id"].GetInt32(), Is.EqualTo(id));
            }
        }

        /// <summary>The strokes it was told of, in order.</summary>
        public async Task<int[]> SeenAsync(int count)
        {
            await _socket.PushesAsync(count - _seen.Count);
            return [.. _seen.Concat(_socket.Pushes).Select(static push => push["stroke"].GetProperty("id").GetInt32())];
        }

        public ValueTask DisposeAsync() => _socket.DisposeAsync();

        private async Task GoOnAsync()
        {
            var earlier = _socket;
            _seen.AddRange(earlier.Pushes);
            _socket = await SessionSocket.ResumeAsync(gateway, earlier);
            Assert.That(_socket.Resumed, Is.True, _socket.Reason);
            await earlier.DisposeAsync();
        }
    }
}
