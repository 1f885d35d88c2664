using System.Diagnostics;
using System.Net;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>What a handler that does harm costs others, its own grain and its process.</summary>
internal sealed class QuarantineTests
{
    /// <summary>Players whose grain of the test services cannot begin, and begins for ever.</summary>
    private const string Stillborn = "stillborn";
    private const string NeverBorn = "never-born";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly (string, string)[] Settings =
    [
        ("GameCluster__Gateway__RequestTimeout", "00:00:01"),
        ("GameCluster__Watch__WarnAfter", "00:00:00.1"),
        ("GameCluster__Watch__RunLimit", "00:00:00.5"),
        ("GameCluster__Watch__WaitLimit", "00:00:01"),
        ("GameCluster__Watch__DeathsBeforeQuarantine", "1"),
    ];

    private GameProcess _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await Server.StartAsync("poisoned", Settings);

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCase(MessageIds.PoisonSpin)]
    [TestCase(MessageIds.PoisonSpinLater, Description = "behind an await")]
    public async Task Send_ToAHandlerThatLoops_CostsItsGrainOnly(int message)
    {
        var player = $"looping-{message}";
        await using var culprit = await JoinAsync(_server, player);
        await using var other = await JoinAsync(_server, $"other-{message}");
        var before = await MeasureAsync(other);

        await culprit.SendAsync(message);
        var entry = await QuarantinedAsync(_server, player);
        var during = await MeasureAsync(other);

        await using var second = await JoinAsync(_server, player);
        var asked = Stopwatch.GetTimestamp();
        var refused = await second.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""");
        TestContext.Out.WriteLine($"p99 of others: {before.TotalMilliseconds:0.0} ms before, {during.TotalMilliseconds:0.0} ms during");
        Assert.That(refused.Code, Is.EqualTo(503));
        Assert.That(Stopwatch.GetElapsedTime(asked), Is.LessThan(TimeSpan.FromSeconds(0.9)), "refused at once, not after the request time-out");
        Assert.That(entry.GetProperty("message_id").GetInt32(), Is.EqualTo(message));
        Assert.That(entry.GetProperty("reason").GetString(), Is.EqualTo("running"));
        Assert.That(during, Is.LessThan(TimeSpan.FromSeconds(1)), "others go on");
        Assert.That(_server.Output, Does.Contain($"key {player}, is in quarantine"));

        Assert.That(await ReleaseAsync(_server, player), Is.EqualTo(HttpStatusCode.NoContent));
        await QuarantinedAsync(_server, player);
    }

    [Test]
    public async Task Send_ToAHandlerThatWaitsForEver_IsAnsweredAndItsGrainBeginsAnewWhenReleased()
    {
        await using var socket = await JoinAsync(_server, "waiting");

        Assert.That((await socket.RequestAsync(MessageIds.PoisonWait)).Code, Is.EqualTo(504));
        var entry = await QuarantinedAsync(_server, "waiting");
        Assert.That(entry.GetProperty("reason").GetString(), Is.EqualTo("waiting"));
        Assert.That((await socket.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""")).Code, Is.EqualTo(503));

        Assert.That(await ReleaseAsync(_server, "waiting"), Is.EqualTo(HttpStatusCode.NoContent));
        await Wait.UntilAsync(
            async () => (await socket.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""")).Text == """{"number":1}""", Limit, "the grain to begin anew");
        Assert.That(await ReleaseAsync(_server, "waiting"), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Send_ToAHandlerThatKillsTheProcess_IsRefusedByTheNextOne()
    {
        var folder = Directory.CreateTempSubdirectory("gamecluster-account-").FullName;
        (string, string)[] settings = [.. Settings, ("GameCluster__Watch__AccountFolder", folder)];
        await using (var first = await Server.StartAsync("mortal", settings))
        {
            await using var innocent = await JoinAsync(first, "innocent");
            await innocent.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""");
            await using var culprit = await JoinAsync(first, "deadly");
            await culprit.SendAsync(MessageIds.PoisonDie);
            Assert.That(await first.ExitAsync(), Is.Not.Zero);
        }

        await using (var second = await Server.StartAsync("mortal", settings))
        {
            var entry = await QuarantinedAsync(second, "deadly");
            await using var culprit = await JoinAsync(second, "deadly");
            await using var innocent = await JoinAsync(second, "innocent");
            Assert.That(entry.GetProperty("reason").GetString(), Is.EqualTo("process_died"));
            Assert.That(entry.GetProperty("message_id").GetInt32(), Is.EqualTo(MessageIds.PoisonDie));
            Assert.That((await culprit.RequestAsync(MessageIds.PoisonDie)).Code, Is.EqualTo(503));
            Assert.That((await innocent.RequestAsync(MessageIds.PoisonNumber, """{"number":2}""")).Text, Is.EqualTo("""{"number":2}"""));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task Start_WithLessMemoryThanItNeeds_TakesNoSessionsAndSaysSo()
    {
        await using var server = Server.Begin("full", ("GameCluster__Watch__MemoryLimitBytes", "1"));
        await Wait.UntilAsync(() => server.Output.Contains("Short of memory"), TimeSpan.FromSeconds(60), "the process to say that it is short of memory", () => server.Output);

        await Wait.UntilAsync(async () => await server.StatusOfAsync("readyz") == HttpStatusCode.ServiceUnavailable, Limit, "not to be ready");
        using var refused = await ProtocolTests.UpgradeAsync(server, "");
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(refused.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task Send_ToAGrainThatCannotBegin_IsAnsweredAtOnceAndOthersPlay()
    {
        await using var culprit = await JoinAsync(_server, Stillborn);
        await using var other = await JoinAsync(_server, "born");

        var first = await culprit.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""");
        var second = await culprit.RequestAsync(MessageIds.PoisonNumber, """{"number":2}""");

        Assert.That((first.Code, second.Code), Is.EqualTo((500, 500)), "not 504 after the request time-out");
        Assert.That(first.Text, Does.Not.Contain("secret"));
        Assert.That(_server.Output, Does.Contain($"key {Stillborn}, could not begin"));
        Assert.That((await other.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""")).Text, Is.EqualTo("""{"number":1}"""));
    }

    [Test]
    public async Task Send_ToAGrainThatBeginsForEver_IsInQuarantine()
    {
        await using var culprit = await JoinAsync(_server, NeverBorn);

        Assert.That((await culprit.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""")).Code, Is.AnyOf(503, 504));
        var entry = await QuarantinedAsync(_server, NeverBorn);

        Assert.That(entry.GetProperty("reason").GetString(), Is.EqualTo("running"));
        Assert.That(entry.GetProperty("message_id").GetInt32(), Is.Zero);
        Assert.That((await culprit.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""")).Code, Is.EqualTo(503));
    }

    [Test]
    public async Task Send_ToAGrainThatKeepsMuch_IsInQuarantineAndItsMemoryComesBack()
    {
        await using var server = await Server.StartAsync("hoarding", ("GameCluster__Watch__MemoryLimitBytes", $"{700 * 1024 * 1024}"));
        await using var culprit = await JoinAsync(server, "hoarder");
        await using var other = await JoinAsync(server, "frugal");
        for (var i = 0; i < 80 && !server.Output.Contains("Short of memory"); i++)
        {
            await culprit.SendAsync(MessageIds.PoisonHoard, """{"number":16}""");
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        var entry = await QuarantinedAsync(server, "hoarder");
        Assert.That(entry.GetProperty("reason").GetString(), Is.EqualTo("allocating"));
        Assert.That(entry.GetProperty("message_id").GetInt32(), Is.EqualTo(MessageIds.PoisonHoard));
        await Wait.UntilAsync(() => server.Output.Contains("Memory is enough again"), TimeSpan.FromSeconds(60), "the memory to be given back", () => server.Output);

        await using var newcomer = await JoinAsync(server, "newcomer");
        Assert.That((await newcomer.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""")).Text, Is.EqualTo("""{"number":1}"""));
        Assert.That((await other.RequestAsync(MessageIds.PoisonNumber, """{"number":2}""")).Text, Is.EqualTo("""{"number":2}"""));
        Assert.That(await ReleaseAsync(server, "hoarder"), Is.EqualTo(HttpStatusCode.NoContent));
        await using var again = await JoinAsync(server, "hoarder");
        await Wait.UntilAsync(
            async () => (await again.RequestAsync(MessageIds.PoisonHoard, """{"number":1}""")).Text == """{"number":1}""", Limit, "the grain to begin anew, with nothing");
    }

    [Test]
    public async Task Send_ToAHandlerThatAllocatesWithoutEnd_CostsItsSenderAnAnswer()
    {
        // As in a container: what cannot be had is refused by the runtime, and the process lives.
        await using var server = await Server.StartAsync("bounded", [.. Settings, ("DOTNET_GCHeapHardLimit", $"{400 * 1024 * 1024:X}")]);
        await using var culprit = await JoinAsync(server, "insatiable");
        await using var other = await JoinAsync(server, "modest");

        var answer = await culprit.RequestAsync(MessageIds.PoisonHoard, """{"number":100000}""");
        await TestContext.Out.WriteLineAsync($"{answer.Code} {server.Output}");

        Assert.That(answer.Code, Is.AnyOf(500, 504));
        await Wait.UntilAsync(() => server.Output.Contains("OutOfMemoryException"), Limit, "the handler to end", () => server.Output);
        Assert.That((await other.RequestAsync(MessageIds.PoisonNumber, """{"number":2}""")).Text, Is.EqualTo("""{"number":2}"""));
        Assert.That(server.HasExited, Is.False);
    }

    private static async Task<GameSocket> JoinAsync(GameProcess server, string player)
    {
        var socket = await server.ConnectAsync();
        await socket.LogInAsync(player);
        return socket;
    }

    /// <summary>The 99th percentile of 300 requests, one after another.</summary>
    private static async Task<TimeSpan> MeasureAsync(GameSocket socket)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < 300; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            Assert.That((await socket.RequestAsync(MessageIds.PoisonNumber, """{"number":1}""")).Text, Is.EqualTo("""{"number":1}"""));
            times.Add(Stopwatch.GetElapsedTime(asked));
        }

        return times.Order().ElementAt(296);
    }

    private static async Task<JsonElement> QuarantinedAsync(GameProcess server, string player)
    {
        JsonElement found = default;
        await Wait.UntilAsync(
            async () =>
            {
                var list = await server.GetJsonAsync("admin/v1/quarantine");
                found = list.GetProperty("quarantine").EnumerateArray().FirstOrDefault(entry => entry.GetProperty("key").GetString() == player);
                return found.ValueKind == JsonValueKind.Object;
            },
            Limit,
            $"{player} to be in quarantine",
            () => server.Output);
        return found;
    }

    private static async Task<HttpStatusCode> ReleaseAsync(GameProcess server, string player)
    {
        using var response = await server.Admin.DeleteAsync($"admin/v1/quarantine?service=tests.poison&key={player}");
        return response.StatusCode;
    }
}
