using System.Text.Json;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>The program's <c>replay</c> command on recordings that a server has given.</summary>
internal sealed class ReplayTests
{
    private const string Service = "tests.dice";
    private const int Rolls = 10;
    private const int AllTicks = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private GameProcess _server;
    private string _folder;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await Server.StartAsync("recorded", ("GameCluster__Rooms__SnapshotEvery", "5"));
        _folder = Directory.CreateTempSubdirectory("gamecluster-replay-").FullName;
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Replay_OfARecording_MakesTheStateThatTheServerHas()
    {
        var (recording, state) = await PlayAsync();

        var (code, output) = await ReplayAsync([recording, "--state", state]);

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain(await File.ReadAllTextAsync(state)).And.Contain("done again, twice, with the same result"));
    }

    [Test]
    public async Task Replay_OfARoomThatIsOver_IsTheSameUpToItsEnd()
    {
        var (recording, _) = await PlayAsync(MessageIds.DiceClose);

        var (code, output) = await ReplayAsync([recording]);

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("\"Throws\""));
    }

    [Test]
    public async Task Replay_OfARoomThatIsNotDeterministic_NamesTheInput()
    {
        var (recording, _) = await PlayAsync(MessageIds.DiceCheat);

        var (code, output) = await ReplayAsync([recording]);

        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("the room uses what is not part of it").And.Contain("state.Secret: "));
        Assert.That(output, Does.Contain($"Input {VersionOf(recording, MessageIds.DiceCheat)} makes something else").And.Contain($"\"id\":{MessageIds.DiceCheat}"));
    }

    [Test]
    public async Task Replay_WithOtherRules_NamesTheFirstInputOfWhichTheyMakeSomethingElse()
    {
        var (recording, state) = await PlayAsync();
        var trace = Path.Combine(_folder, $"{Guid.NewGuid():N}.trace");
        var first = VersionOf(recording, MessageIds.DiceRoll);
        Assert.That((await ReplayAsync([recording, "--trace", trace, "--against", await TraceAsync(recording)])).Code, Is.Zero, "the same rules");

        var (code, output) = await ReplayAsync([recording, "--against", trace], dice: "1000");
        var (beforeCode, before) = await ReplayAsync([recording, "--against", trace, "--until", $"{first - 1}"], dice: "1000");
        var (stateCode, end) = await ReplayAsync([recording, "--state", state], dice: "1000");

        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain($"Input {first} makes something else").And.Contain("state.Throws[0].Number: ").And.Contain("said[0].body.number: "));
        Assert.That(beforeCode, Is.Zero, before);
        Assert.That((stateCode, end), Is.EqualTo((1, end)));
        Assert.That(end, Does.Contain("Not the state in").And.Contain("Throws[0].Number: "));
    }

    [Test]
    public async Task Replay_OfWhatCannotBeDoneAgain_SaysWhy()
    {
        var (recording, state) = await PlayAsync();
        var lines = await File.ReadAllLinesAsync(recording);
        var broken = Path.Combine(_folder, "broken");
        await File.WriteAllLinesAsync(broken, lines[..^2]);
        var late = Path.Combine(_folder, "late");
        await File.WriteAllLinesAsync(late, [lines[0].Replace("\"first_version\":1,", "\"first_version\":7,"), .. lines[7..]]);

        var answers = new Dictionary<string, (int Code, string Output)>
        {
            ["breaks off"] = await ReplayAsync([broken]),
            ["begins with input 7"] = await ReplayAsync([late]),
            ["is no recording"] = await ReplayAsync([state]),
            ["There is no service tests.dice here"] = await ReplayAsync([recording], services: ""),
        };

        foreach (var (reason, (code, output)) in answers)
        {
            Assert.That((code, output), Is.EqualTo((1, output)), reason);
            Assert.That(output, Does.Contain(reason).And.Not.Contain("   at "));
        }
    }

    /// <summary>Plays in a room of its own; what the server says of it afterwards is in two files.</summary>
    private async Task<(string Recording, string State)> PlayAsync(int last = 0)
    {
        var room = Guid.NewGuid().ToString("N");
        await using var ann = await _server.ConnectAsync();
        await using var bob = await _server.ConnectAsync();
        foreach (var socket in new[] { ann, bob })
        {
            await socket.RequestAsync(MessageIds.DiceEnter, JsonSerializer.Serialize(new { room }));
        }

        for (var i = 0; i < Rolls; i++)
        {
            await (i % 3 == 0 ? bob : ann).RequestAsync(MessageIds.DiceRoll);
        }

        var path = $"admin/v1/rooms/{Service}/{room}";
        var state = "";
        await Wait.UntilAsync(
            async () => (state = await _server.Admin.GetStringAsync($"{path}/state")).Contains($"\"Ticks\":{AllTicks}"), Limit, "the room's time to stand still", () => state);
        if (last != 0)
        {
            await ann.SendAsync(last);
        }

        var recording = "";
        await Wait.UntilAsync(
            async () => last == 0 | (recording = await _server.Admin.GetStringAsync($"{path}/recording")).Contains($"\"id\":{last}"), Limit, "the last input to be recorded", () => recording);
        var files = (Path.Combine(_folder, room), Path.Combine(_folder, $"{room}.state"));
        await File.WriteAllTextAsync(files.Item1, recording);
        await File.WriteAllTextAsync(files.Item2, state);
        return files;
    }

    private async Task<string> TraceAsync(string recording)
    {
        var trace = Path.Combine(_folder, $"{Guid.NewGuid():N}.trace");
        Assert.That((await ReplayAsync([recording, "--trace", trace])).Code, Is.Zero);
        return trace;
    }

    private static async Task<(int Code, string Output)> ReplayAsync(string[] arguments, string dice = "6", string? services = null)
    {
        await using var process = GameProcess.StartSilo(
            "replay", new Dictionary<string, string> { ["TESTS_DICE"] = dice }, ["replay", .. arguments, "--services", services ?? Server.ServicesFile]);
        return (await process.ExitAsync(), process.Output);
    }

    private static long VersionOf(string recording, int message) =>
        JsonDocument.Parse(File.ReadLines(recording).First(line => line.Contains($"\"id\":{message}"))).RootElement.GetProperty("version").GetInt64();
}
