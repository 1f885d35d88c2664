using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using GameCluster.Client;
using GameCluster.Games.Board;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>How long it takes until every member of many rooms knows that its room has died with its silo.</summary>
[Explicit("Takes minutes and the whole machine: it gives the figures of docs/reliability.md.")]
internal sealed class ManyRoomsTests
{
    private const int RoomCount = 200;
    private const int MembersOfARoom = 12;
    private const int Parallel = 32;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<GameClient, TimeSpan> _told = new();
    private readonly Dictionary<string, List<GameClient>> _rooms = [];
    private readonly Stopwatch _clock = new();

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [Test]
    public async Task Kill_OfASiloWithManyRooms_IsKnownToEveryMemberAndToNobodyElse()
    {
        var gateways = SharedCluster.Gateways;
        try
        {
            await JoinAllAsync(gateways);
            _clock.Start();
            await SharedCluster.Silos[0].KillAsync();

            string[] left = [];
            await Wait.UntilAsync(
                async () => (left = await RoomLossTests.RoomsAsync(gateways[0])).Length < RoomCount, Limit, "rooms to be gone");
            var concerned = _rooms.Where(room => !left.Contains(room.Key)).SelectMany(static room => room.Value).ToHashSet();
            await Wait.UntilAsync(() => concerned.All(_told.ContainsKey), Limit, $"{concerned.Count} members to know", () => $"{_told.Count} do");

            var times = _told.Values.Order().ToArray();
            await TestContext.Out.WriteLineAsync(
                $"{_rooms.Sum(static room => room.Value.Count)} sessions in {RoomCount} rooms, {RoomCount - left.Length} rooms lost with {concerned.Count} members: the first knew {times[0].TotalSeconds:0.00} s after the kill, "
                + $"half of them {times[times.Length / 2].TotalSeconds:0.00} s, all {times[^1].TotalSeconds:0.00} s");
            foreach (var line in gateways.SelectMany(static gateway => gateway.Output.Split('\n')).Where(static line => line.Contains("the streams of sessions here", StringComparison.Ordinal)))
            {
                await TestContext.Out.WriteLineAsync(JsonDocument.Parse(line).RootElement.GetProperty("Message").GetString());
            }

            Assert.That(_told.Keys, Is.EquivalentTo(concerned));
        }
        finally
        {
            await System.Threading.Tasks.Parallel.ForEachAsync(_rooms.Values.SelectMany(static members => members), async (client, _) => await client.DisposeAsync());
        }
    }

    private async Task JoinAllAsync(IReadOnlyList<GameProcess> gateways)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel };
        await System.Threading.Tasks.Parallel.ForEachAsync(Enumerable.Range(0, RoomCount), options, async (_, _) =>
        {
            var members = new List<GameClient>();
            RoomReply? room = null;
            for (var i = 0; i < MembersOfARoom; i++)
            {
                var client = new GameClient(new GameClientOptions { Addresses = [gateways[i % gateways.Count].ClientUri], Context = null });
                client.StreamChanged += change =>
                {
                    if (change is { IsOpened: false, Reason: "gone" })
                    {
                        _told.TryAdd(client, _clock.Elapsed);
                    }
                };
                await client.ConnectAsync();
                room ??= await client.RequestAsync<RoomReply>(BoardMessages.Create, new { }, Limit);
                await client.RequestAsync<JsonElement>(BoardMessages.Join, room, Limit);
                members.Add(client);
            }

            lock (_rooms)
            {
                _rooms.Add(room!.Room, members);
            }
        });
    }

    private sealed record RoomReply(string Room);
}
