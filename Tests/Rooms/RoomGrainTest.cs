using System.Text.Json;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Rooms;

/// <summary>A room that notes what happens to it, on a cluster of two silos.</summary>
internal abstract class RoomGrainTest
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected RoomCluster Cluster { get; private set; }

    protected string Room { get; private set; }

    [OneTimeSetUp]
    public async Task StartAsync() => Cluster = await RoomCluster.StartAsync(2, typeof(ProbeRoom), typeof(ProbeLobby));

    [OneTimeTearDown]
    public async Task StopAsync() => await Cluster.DisposeAsync();

    [SetUp]
    public void NameRoom() => Room = Guid.NewGuid().ToString("N");

    protected ValueTask<Response<RoomCreated>> CreateAsync(ProbeOptions? options = null, int? maxMembers = null) => Cluster.Get<IRooms>().CreateAsync(
        ProbeRoom.Name, Room, new RoomSetup(MaxMembers: maxMembers, Options: options is null ? null : ServiceJson.For(typeof(ProbeOptions).Assembly).Serialize(options)));

    protected string Request() => $$"""{"room":"{{Room}}"}""";

    protected static string Text(string text) => $$"""{"text":"{{text}}"}""";

    protected Task<string> JoinAsync(TestClient client) => client.AskAsync(ProbeLobby.Name, ProbeLobby.Join, Request());

    protected static Task SayAsync(TestClient client, string text) => client.AskAsync(ProbeRoom.Name, ProbeRoom.Say, Text(text));

    protected async Task<(uint Number, string Text)[]> GotAsync(TestClient client, int count) =>
        [.. (await client.WaitForAsync(ProbeRoom.Name, Room, count)).Select(static got => (got.Number, JsonElement.Parse(got.Text).GetProperty("text").GetString()!))];

    protected Task NotedAsync(string note) => Wait.UntilAsync(() => ProbeRoom.NotesOf(Room).Contains(note), Limit, note, () => string.Join('\n', ProbeRoom.NotesOf(Room)));
}
