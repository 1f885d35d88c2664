using System.Net;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Durable rooms with an input that does harm whenever it is done again: what that costs the processes that open them.</summary>
internal sealed class PoisonRoomTests
{
    private const string Service = "tests.poison.room";
    private const string Poisoned = "poisoned";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Without an account of what ran: the journal alone has to know.
    private static readonly (string, string)[] Settings =
    [
        ("GameCluster__Gateway__RequestTimeout", "00:00:01"),
        ("GameCluster__Watch__WarnAfter", "00:00:00.1"),
        ("GameCluster__Watch__RunLimit", "00:00:00.5"),
        ("GameCluster__Watch__WaitLimit", "00:00:01"),
        ("GameCluster__Watch__QuarantineTime", "00:00:02"),
        ("GameCluster__Watch__DeathsBeforeQuarantine", "2"),
        ("GameCluster__Watch__AccountFolder", ""),
    ];

    private GameProcess _server;

    [SetUp]
    public async Task StartAsync() => _server = await Server.StartAsync("poisoned-room", Settings);

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Open_RoomThatKillsWhoeverOpensIt_KillsNoMoreThanTwoAndIsTheOperatorsThen()
    {
        await using (var innocent = await EnterAsync("innocent"))
        await using (var culprit = await EnterAsync(Poisoned))
        {
            Assert.That((await innocent.RequestAsync(MessageIds.PoisonRoomCount)).Text, Is.EqualTo("""{"count":1}"""));
            await culprit.SendAsync(MessageIds.PoisonRoomDie);
            await _server.ExitAsync();
        }

        for (var openings = 1; openings <= 2; openings++)
        {
            _server.StartAgain();
            Assert.That(await _server.ExitAsync(), Is.Not.Zero, $"opening {openings}");
        }

        await _server.StartAgain().ReadyAsync();
        Assert.That((await QuarantinedAsync()).GetProperty("reason").GetString(), Is.EqualTo("not_opened"));
        await using (var innocent = await EnterAsync("innocent"))
        {
            Assert.That((await innocent.RequestAsync(MessageIds.PoisonRoomCount)).Text, Is.EqualTo("""{"count":2}"""), "its room goes on");
        }

        await Wait.UntilAsync(async () => await FindAsync() is null, Limit, "the quarantine to end by itself");
        await using (var late = await ConnectAsync())
        {
            Assert.That((await late.RequestAsync(MessageIds.PoisonRoomEnter, RoomOf(Poisoned))).Code, Is.EqualTo(503), "the journal still knows");
        }

        await File.WriteAllTextAsync(Path.Combine(_server.Folder, "fixed"), "");
        Assert.That(await DeleteAsync($"quarantine?service={Service}&key={Poisoned}"), Is.EqualTo(HttpStatusCode.NoContent));
        await Wait.UntilAsync(
            async () =>
            {
                await using var back = await ConnectAsync();
                return (await back.RequestAsync(MessageIds.PoisonRoomEnter, RoomOf(Poisoned))).Text.Contains("count") && (await back.RequestAsync(MessageIds.PoisonRoomCount)).Text == """{"count":2}""";
            },
            Limit,
            "the room to go on, with the input that was in its journal");
    }

    [TestCase(MessageIds.PoisonRoomSpin, "running")]
    [TestCase(MessageIds.PoisonRoomWait, "waiting")]
    public async Task Open_RoomWhoseInputDoesNotEnd_IsNamedWhenItIsDoneAgainAndCanBeGivenUp(int message, string reason)
    {
        await using (var culprit = await EnterAsync(Poisoned))
        {
            await culprit.SendAsync(message);
            await QuarantinedAsync();
        }

        await _server.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        await _server.StartAgain().ReadyAsync();

        var entry = await QuarantinedAsync();
        Assert.That((entry.GetProperty("reason").GetString(), entry.GetProperty("message_id").GetInt32()), Is.EqualTo((reason, message)), "by the input in the journal");
        Assert.That(await DeleteAsync($"rooms/{Service}/innocent"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await DeleteAsync($"rooms/{Service}/{Poisoned}"), Is.EqualTo(HttpStatusCode.NoContent));

        var recording = await _server.Admin.GetStringAsync($"admin/v1/rooms/{Service}/{Poisoned}/recording");
        Assert.That(recording, Does.Contain($"\"id\":{message}"), "what has happened can still be looked at");
        await _server.KillAsync();
        await _server.StartAgain().ReadyAsync();
        await using var other = await EnterAsync(Poisoned);
        Assert.That((await other.RequestAsync(MessageIds.PoisonRoomCount)).Text, Is.EqualTo("""{"count":1}"""), "another room of that key");
    }

    private static string RoomOf(string room) => JsonSerializer.Serialize(new { room });

    private Task<GameSocket> ConnectAsync() => _server.ConnectAsync();

    private async Task<GameSocket> EnterAsync(string room)
    {
        var socket = await ConnectAsync();
        Assert.That((await socket.RequestAsync(MessageIds.PoisonRoomEnter, RoomOf(room))).Text, Does.StartWith("""{"count":"""));
        return socket;
    }

    private async Task<JsonElement?> FindAsync()
    {
        var list = await _server.GetJsonAsync("admin/v1/quarantine");
        foreach (var entry in list.GetProperty("quarantine").EnumerateArray())
        {
            if (entry.GetProperty("key").GetString() == Poisoned)
            {
                return entry;
            }
        }

        return null;
    }

    private async Task<JsonElement> QuarantinedAsync()
    {
        JsonElement? entry = null;
        await Wait.UntilAsync(async () => (entry = await FindAsync()) is not null, Limit, "the room to be in quarantine", () => _server.Output);
        return entry!.Value;
    }

    private async Task<HttpStatusCode> DeleteAsync(string path)
    {
        using var response = await _server.Admin.DeleteAsync("admin/v1/" + path);
        return response.StatusCode;
    }
}
