using System.Net.WebSockets;
using System.Text.Json;
using GameCluster.LoadTest.Commands;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Echo;
using GameCluster.LoadTest.Load;

namespace GameCluster.Tests.LoadTool;

[CancelAfter(60_000)]
internal sealed class LoadRunTests
{
    private const int MessageId = 40000;

    [TestCase(1, 28)]
    [TestCase(16, 28)]
    [TestCase(2, 300)]
    [TestCase(2, 70_000)]
    public async Task Execute_ClosedLoopAgainstEcho_CountsRepliesWithoutErrors(int inFlight, int bodyBytes, CancellationToken cancellation)
    {
        await using var server = await EchoServer.StartAsync(0, zeroByteReads: inFlight == 1, cancellation);
        var settings = Settings(EchoServer.Url(server), connections: 4) with { InFlight = inFlight, Body = RequestBody.OfLength(bodyBytes) };

        var report = await new LoadRun(settings, TextWriter.Null).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Total, Is.Zero, report.ToString());
        Assert.That(report.OpenConnections, Is.EqualTo(4));
        Assert.That(report.Replies, Is.Positive);
        // Both are counted while requests go on: what happens between two readings is in one of them only.
        var between = report.Replies / 20;
        Assert.That(report.Sent - report.Replies, Is.InRange(-4 * inFlight - between, 4 * inFlight + between), "in a closed loop at most the requests in flight have no reply");
        Assert.That(report.LatencyMs.P50, Is.Positive.And.LessThanOrEqualTo(report.LatencyMs.Max));
    }

    [Test]
    public async Task Execute_OpenLoop_SendsWhatTheTimetableSays(CancellationToken cancellation)
    {
        await using var server = await EchoServer.StartAsync(0, zeroByteReads: false, cancellation);
        var settings = Settings(EchoServer.Url(server), connections: 3) with { Rate = 400, Ramp = TimeSpan.FromMilliseconds(200) };

        var report = await new LoadRun(settings, TextWriter.Null).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Total, Is.Zero, report.ToString());
        Assert.That(report.LatencyMs.Count, Is.EqualTo(400 * report.WindowSeconds).Within(2), "each request due in the window is measured once");
        Assert.That(report.SendLagMs!.Count, Is.EqualTo(report.LatencyMs.Count));
    }

    [Test]
    public async Task Execute_OpenLoopAndServerStalls_CountsTheWaitOfEveryRequestDueMeanwhile(CancellationToken cancellation)
    {
        var stall = TimeSpan.FromMilliseconds(400);
        await using var server = await ScriptedServer.StartAsync(async (socket, stopping) =>
        {
            for (var n = 0; await ScriptedServer.ReceiveAsync(socket, stopping) is { } request; n++)
            {
                await Task.Delay(n == 20 ? stall : TimeSpan.Zero, stopping);
                await ScriptedServer.SendAsync(socket, request, stopping);
            }
        });
        var settings = Settings(server.Url, connections: 1) with { Rate = 200, Duration = TimeSpan.FromMilliseconds(500) };

        var report = await new LoadRun(settings, TextWriter.Null).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Total, Is.Zero, report.ToString());
        Assert.That(report.LatencyMs.P50, Is.GreaterThan(20), "about 80 of 100 requests were due during the stall, and all of them waited");
        Assert.That(report.LatencyMs.Max, Is.GreaterThanOrEqualTo(stall.TotalMilliseconds * 0.95));
    }

    [Test]
    public async Task Execute_ServerSwapsTwoReplies_ReportsOneOutOfOrder(CancellationToken cancellation)
    {
        byte[] held = [];
        await using var server = await ScriptedServer.AnsweringAsync((n, request) =>
        {
            if (n == 10)
            {
                held = request;
                return [];
            }

            return n == 11 ? [request, held] : [request];
        });

        var errors = await ErrorsAsync(server.Url, cancellation);

        Assert.That(errors.OutOfOrder, Is.EqualTo(1), errors.ToString());
        Assert.That(errors.Total, Is.EqualTo(1), errors.ToString());
    }

    [Test]
    public async Task Execute_ServerDropsOneReply_ReportsOneLost(CancellationToken cancellation)
    {
        await using var server = await ScriptedServer.AnsweringAsync((n, request) => n == 10 ? [] : [request]);

        var errors = await ErrorsAsync(server.Url, cancellation);

        Assert.That(errors.Lost, Is.EqualTo(1), errors.ToString());
        Assert.That(errors.Total, Is.EqualTo(1), errors.ToString());
    }

    [Test]
    public async Task Execute_ServerAnswersTwice_ReportsOneUnexpected(CancellationToken cancellation)
    {
        await using var server = await ScriptedServer.AnsweringAsync((n, request) => n == 10 ? [request, request] : [request]);

        var errors = await ErrorsAsync(server.Url, cancellation);

        Assert.That(errors.Unexpected, Is.EqualTo(1), errors.ToString());
        Assert.That(errors.Total, Is.EqualTo(1), errors.ToString());
    }

    [Test]
    public async Task Execute_ServerSendsWrongFrames_ReportsEachKind(CancellationToken cancellation)
    {
        var push = ScriptedServer.Frame(20000, "{}"u8.ToArray());
        var error = ScriptedServer.Frame(MessageId, """{"code":503,"desc":"overloaded","info":"overloaded"}"""u8.ToArray());
        var other = ScriptedServer.Frame(MessageId, """{"n":"none"}"""u8.ToArray());
        await using var server = await ScriptedServer.AnsweringAsync((n, request) => n switch
        {
            10 => [push, request],
            11 => [error],
            12 => [other],
            _ => [request],
        });

        var errors = await ErrorsAsync(server.Url, cancellation);

        Assert.That((errors.OtherIds, errors.ErrorFrames, errors.Mismatched), Is.EqualTo((1, 1, 1)), errors.ToString());
        Assert.That(errors.Total, Is.EqualTo(3), errors.ToString());
    }

    [Test]
    public async Task Execute_ServerClosesOneConnection_ReportsItsCodeAndWhatWasInFlight(CancellationToken cancellation)
    {
        await using var server = await ScriptedServer.StartAsync(async (socket, stopping) =>
        {
            await ScriptedServer.ReceiveAsync(socket, stopping);
            await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "enough", stopping);
        });

        var errors = await ErrorsAsync(server.Url, cancellation);

        Assert.That(errors.Closes, Is.EqualTo(new Dictionary<int, long> { [1008] = 1 }), errors.ToString());
        Assert.That(errors.Lost, Is.Positive, errors.ToString());
    }

    [Test]
    public async Task Execute_ServerSendsGarbage_ReportsTheViolation(CancellationToken cancellation)
    {
        await using var server = await ScriptedServer.AnsweringAsync((_, _) => [new byte[64]]);

        var report = await new LoadRun(Settings(server.Url, connections: 1), TextWriter.Null).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Violations, Is.EqualTo(1), report.ToString());
        Assert.That(report.Violations.Single(), Does.Contain("length 0"));
    }

    [Test]
    public async Task Execute_ServerJoinsAndSplitsFrames_ReadsThemAll(CancellationToken cancellation)
    {
        byte[] held = [];
        await using var server = await ScriptedServer.AnsweringAsync((n, request) =>
        {
            if (n % 2 == 0)
            {
                held = request;
                return [];
            }

            byte[] both = [.. held, .. request];
            return [both[..5], both[5..50], both[50..]];
        });

        var errors = await ErrorsAsync(server.Url, cancellation, inFlight: 2);

        Assert.That(errors.OutOfOrder + errors.Mismatched + errors.Unexpected + errors.Violations, Is.Zero, errors.ToString());
        Assert.That(errors.Lost, Is.LessThanOrEqualTo(1), "the server holds the last request when their number is odd");
    }

    [Test]
    public async Task Execute_Login_IsSentFirstWithTheConnectionsNumber(CancellationToken cancellation)
    {
        var logins = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var server = await ScriptedServer.AnsweringAsync((n, request) =>
        {
            if (n == 0)
            {
                logins.Add(System.Text.Encoding.UTF8.GetString(request.AsSpan(12)));
            }

            return [n == 0 ? ScriptedServer.Frame(1000, """{"code":200}"""u8.ToArray()) : request];
        });
        var settings = WithLogin(Settings(server.Url, connections: 3));

        var report = await new LoadRun(settings, TextWriter.Null).ExecuteAsync(cancellation);

        Assert.That(report.Errors.Total, Is.Zero, report.ToString());
        Assert.That(logins, Is.EquivalentTo(new[] { """{"name":"p0"}""", """{"name":"p1"}""", """{"name":"p2"}""" }));
    }

    [Test]
    public async Task Execute_LoginRefused_FailsNamingTheMessage(CancellationToken cancellation)
    {
        await using var server = await ScriptedServer.AnsweringAsync((_, _) => [ScriptedServer.Frame(1000, """{"code":401}"""u8.ToArray())]);
        var run = new LoadRun(WithLogin(Settings(server.Url, connections: 1)), TextWriter.Null);

        Assert.That(async () => await run.ExecuteAsync(cancellation), Throws.TypeOf<IOException>().With.Message.Contains("1000 was refused"));
    }

    [Test]
    public async Task Serialize_Report_HasSettingsCountsPercentilesAndUsage(CancellationToken cancellation)
    {
        await using var server = await EchoServer.StartAsync(0, zeroByteReads: false, cancellation);
        var settings = Settings(EchoServer.Url(server), connections: 2) with { ServerPids = [Environment.ProcessId] };

        var report = await new LoadRun(settings, TextWriter.Null).ExecuteAsync(cancellation);
        using var json = JsonDocument.Parse(JsonReport.Serialize(report));

        var root = json.RootElement;
        Assert.That(Names(root), Is.SupersetOf(new[]
        {
            "command", "machine", "settings", "openConnections", "windowSeconds", "sent", "replies", "repliesPerSecond", "latencyMs", "sendLagMs",
            "errors", "servers", "serverCpuSeconds", "requestsPerServerCpuSecond", "generatorCpuSeconds", "isFaultless",
        }));
        Assert.That(Names(root.GetProperty("latencyMs")), Is.EqualTo(new[] { "count", "mean", "p50", "p90", "p99", "p99_9", "max" }));
        Assert.That(root.GetProperty("settings").GetProperty("wireBytes").GetInt32(), Is.EqualTo(40));
        Assert.That(root.GetProperty("servers")[0].GetProperty("residentBytesAfter").GetInt64(), Is.Positive);
        Assert.That(root.GetProperty("isFaultless").GetBoolean(), Is.True);
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private static async Task<ErrorCounts> ErrorsAsync(Uri url, CancellationToken cancellation, int inFlight = 4) =>
        (await new LoadRun(Settings(url, connections: 1) with { InFlight = inFlight }, TextWriter.Null).ExecuteAsync(cancellation)).Errors;

    private static LoadSettings WithLogin(LoadSettings settings) =>
        settings with { Connections = settings.Connections with { Opening = [new OpeningMessage(1000, """{"name":"p{index}"}""")] } };

    private static LoadSettings Settings(Uri url, int connections) => new()
    {
        Connections = new ConnectionSettings { Urls = [url], Count = connections, Timeout = TimeSpan.FromSeconds(2) },
        WarmUp = TimeSpan.Zero,
        Duration = TimeSpan.FromMilliseconds(300),
        MessageId = MessageId,
        Body = RequestBody.OfLength(28),
        Verify = true,
    };
}
