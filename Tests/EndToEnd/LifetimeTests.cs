using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>One data folder, two processes one after the other: what a start makes, what a stop says, and what the next start finds.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class LifetimeTests
{
    private const string RouteFile = "routes.json";
    private const int Roll = 30000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private string _data;
    private GameProcess _server;

    [SetUp]
    public async Task StartAsync()
    {
        _data = Directory.CreateTempSubdirectory("gamecluster-data-").FullName;
        _server = await StartAsync("first");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Test]
    public async Task Stop_WithClients_SaysGoodByeAndTheNextStartFindsWhatWasKept()
    {
        var key = UseKeyFile();
        await ChangeRouteFileAsync();
        await PutRoutesAsync("""{"services":{"echo":{"requires_login":true}}}""");
        await StopWithClientsAsync();

        var first = _server;
        _server = await StartAsync("second");
        await first.DisposeAsync();

        Assert.That(UseKeyFile(), Is.EqualTo(key));
        await using var socket = await _server.ConnectAsync();
        Assert.That((await socket.RequestAsync(40000)).Code, Is.EqualTo(401), "the operators' routes outlive the process");
    }

    private Task<GameProcess> StartAsync(string name) => Server.StartAsync(
        name, ("GameCluster__Admin__Key", ""), ("GameCluster__Storage__DataFolder", _data), ("GameCluster__Routes__File", RouteFile));

    /// <summary>Reads the key that the process has made or found, and sends it from now on.</summary>
    private string UseKeyFile()
    {
        var file = Path.Combine(_data, "admin.key");
        Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var key = File.ReadAllText(file).Trim();
        Assert.That(key, Has.Length.EqualTo(64));
        _server.Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return key;
    }

    private async Task ChangeRouteFileAsync()
    {
        await using var socket = await _server.ConnectAsync();
        await WriteRoutesAsync("""{"services":{"csmj":{"requires_login":true}}} // as long as this stands here""");
        await CodeBecomesAsync(socket, 401);

        await WriteRoutesAsync("""{"services":{"csmj":{"requires_login":"maybe","key":"chess"}}}""");
        await Wait.UntilAsync(() => _server.Output.Contains("maybe") && _server.Output.Contains("chess"), Limit, "every mistake in the log", () => _server.Output);
        Assert.That((await socket.RequestAsync(Roll)).Code, Is.EqualTo(401), "the last good routes stay");

        await WriteRoutesAsync("{}");
        await CodeBecomesAsync(socket, 200);
    }

    private Task WriteRoutesAsync(string routes) => File.WriteAllTextAsync(Path.Combine(_server.Folder, RouteFile), routes);

    private Task CodeBecomesAsync(GameSocket socket, int code) =>
        Wait.UntilAsync(async () => (await socket.RequestAsync(Roll)).Code == code, Limit, $"code {code}", () => _server.Output);

    private async Task PutRoutesAsync(string routes)
    {
        using var read = await _server.Admin.GetAsync("admin/v1/routes");
        using var request = new HttpRequestMessage(HttpMethod.Put, "admin/v1/routes") { Content = new StringContent(routes, MediaTypeHeaderValue.Parse("application/json")) };
        request.Headers.IfMatch.Add(read.Headers.ETag!);
        using var written = await _server.Admin.SendAsync(request);
        written.EnsureSuccessStatusCode();
    }

    private async Task StopWithClientsAsync()
    {
        await using var idle = await _server.ConnectAsync();
        await using var busy = await _server.ConnectAsync();
        await busy.SendAsync(MessageIds.Delay, """{"milliseconds":1000}""");

        // Frames are read in order: with this answer the one before has been taken.
        await busy.SessionIdAsync();
        var clock = Stopwatch.StartNew();
        _server.Terminate();

        Assert.That((await idle.ReceiveCloseAsync()).Code, Is.EqualTo(1001));
        Assert.That((await busy.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Delay), "what was taken is answered first");
        Assert.That((await busy.ReceiveCloseAsync()).Code, Is.EqualTo(1001));
        foreach (var socket in (GameSocket[])[idle, busy])
        {
            await socket.CloseAsync();
        }

        Assert.That(await _server.ExitAsync(), Is.Zero, _server.Output);
        Assert.That(clock.Elapsed, Is.LessThan(Limit));
    }
}
