using System.Text.Json;
using GameCluster.Tests.EndToEnd;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.Cluster;

/// <summary>A silo that has less memory than it needs, beside one that has enough, and then alone.</summary>
internal sealed class MemoryTests
{
    private const int RoomCount = 16;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Settings = new() { ["GameCluster__Node__ServiceAssemblies"] = Server.ServicesFile };

    [Test]
    public async Task Create_OneSiloIsShortOfMemory_RoomsGoToTheOtherAndAreRefusedWithoutIt()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var cluster = new ClusterOfProcesses(await postgres.CreateDatabaseAsync());
        var roomy = cluster.AddSilo(settings: Settings);
        var gateway = cluster.AddGateway(Settings);
        await cluster.ReadyAsync();
        var full = cluster.AddSilo(settings: new Dictionary<string, string>(Settings) { ["GameCluster__Watch__MemoryLimitBytes"] = "1" });
        await Wait.UntilAsync(() => full.Output.Contains("Short of memory"), Limit, "the silo to say that it is short of memory", () => full.Output);
        await Wait.UntilAsync(async () => (await ClusterOfProcesses.ActiveSilosAsync(gateway)).Count == 3, Limit, "the silo to be a member", () => full.Output);

        string[] places = [];
        await Wait.UntilAsync(
            async () => (places = await PlaceRoomsAsync(gateway)).All(place => place == roomy.Name), Limit, $"all rooms to go to {roomy.Name}", () => string.Join(' ', places));
        await roomy.KillAsync();

        await using var late = await gateway.ConnectAsync();
        ReceivedFrame? answer = null;
        await Wait.UntilAsync(
            async () => (answer = await late.RequestAsync(MessageIds.AccountCreate)).Text.Contains("short of memory"), Limit, "the refusal of the silo that is left", () => $"{answer}");
        Assert.That(answer!.Code, Is.EqualTo(503));
        Assert.That(full.HasExited, Is.False);
    }

    /// <summary>Opens rooms and says where each one is.</summary>
    private static async Task<string[]> PlaceRoomsAsync(GameProcess gateway)
    {
        var places = new List<string>();
        await using var socket = await gateway.ConnectAsync();
        for (var i = 0; i < RoomCount; i++)
        {
            var room = (await socket.RequestAsync(MessageIds.AccountCreate)).Text;
            await socket.RequestAsync(MessageIds.AccountJoin, room);
            var state = await socket.RequestAsync(MessageIds.AccountRead);
            places.Add(JsonDocument.Parse(state.Body).RootElement.TryGetProperty("silo", out var silo) ? silo.GetString()! : state.Text);
        }

        return [.. places];
    }
}
