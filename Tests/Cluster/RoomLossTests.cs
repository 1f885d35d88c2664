using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Games.Board;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>What members of rooms notice when a silo dies: rooms live in its memory.</summary>
internal sealed class RoomLossTests
{
    private const int RoomCount = 18;

    [SetUp]
    public Task StartAsync() => SharedCluster.MakeWholeAsync();

    [TearDown]
    public void CheckLogs() => ProcessLog.AssertClean(SharedCluster.Processes);

    [Test]
    public async Task Loss_OfASiloWithRooms_ClosesTheStreamsOfSilentMembersAndNoOthers([Values] bool killed)
    {
        var gateways = SharedCluster.Gateways;
        var members = new Dictionary<string, SessionSocket>();
        try
        {
            for (var i = 0; i < RoomCount; i++)
            {
                var socket = await SessionSocket.ConnectAsync(gateways[i % gateways.Count].ClientUri);
                var room = (await socket.RequestAsync(BoardMessages.Create))["room"].GetString()!;
                await socket.RequestAsync(BoardMessages.Join, JsonSerializer.Serialize(new { room }));
                members.Add(room, socket);
            }

            var before = await RoomsAsync(gateways[0]);
            if (killed)
            {
                await SharedCluster.Silos[0].KillAsync();
            }
            else
            {
                await SharedCluster.Silos[0].StopAsync();
            }

            string[] after = [];
            await Wait.UntilAsync(
                async () => (after = await RoomsAsync(gateways[0])).Length < before.Length, TimeSpan.FromSeconds(30), "the rooms of the silo to be gone", () => $"{after.Length} are open");
            foreach (var (room, socket) in members.Where(member => !after.Contains(member.Key)))
            {
                await AssertGoneAsync(room, socket, killed);
            }

            foreach (var (_, socket) in members.Where(member => after.Contains(member.Key)))
            {
                Assert.That((await socket.RequestAsync(BoardMessages.Draw, """{"color":1,"points":[1,1,2,2]}""")).Kind, Is.EqualTo(SessionFrame.Reply));
                await socket.PushesAsync(1);
            }

            Assert.That(members.Keys, Is.SubsetOf(before));
        }
        finally
        {
            foreach (var socket in members.Values)
            {
                await socket.DisposeAsync();
            }
        }
    }

    private static async Task AssertGoneAsync(string room, SessionSocket socket, bool killed)
    {
        await socket.NextAsync(-9);
        var closed = await socket.NextAsync(-9);
        Assert.That((closed["event"].GetString(), closed["room"].GetString()), Is.EqualTo(("closed", room)));
        if (killed)
        {
            Assert.That(closed["reason"].GetString(), Is.EqualTo("gone"));
        }

        Assert.That((await socket.RequestAsync(BoardMessages.Draw, """{"color":1,"points":[1,1,2,2]}""")).Code, Is.EqualTo(409));
    }

    /// <summary>The open boards, once every silo has answered.</summary>
    public static async Task<string[]> RoomsAsync(GameProcess process)
    {
        JsonElement page = default;
        await Wait.UntilAsync(
            async () => (page = await process.Admin.GetFromJsonAsync<JsonElement>("admin/v1/rooms?service=board&limit=1000")).GetProperty("complete").GetBoolean(),
            TimeSpan.FromSeconds(60),
            "a complete list of rooms",
            () => $"{page}");
        return [.. page.GetProperty("rooms").EnumerateArray().Select(static room => room.GetProperty("room").GetString()!)];
    }
}
