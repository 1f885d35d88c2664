using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Sessions;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>The operators' port: what it tells, to whom, and that the client port tells none of it.</summary>
internal sealed class AdminTests
{
    private static readonly string[] Closed =
        ["GET admin/v1/status", "GET admin/v1/sessions", "GET admin/v1/routes", "PUT admin/v1/routes", "POST admin/v1/broadcast", "POST admin/v1/push", "GET admin/v1/rooms", "DELETE admin/v1/rooms/board/x", "DELETE admin/v1/quarantine", "GET metrics", "GET openapi/v1.json", "GET csmj/score"];

    private HttpClient _anonymous;

    [SetUp]
    public void Connect() => _anonymous = new HttpClient { BaseAddress = Servers.Default.Admin.BaseAddress };

    [TearDown]
    public void Disconnect() => _anonymous.Dispose();

    [TestCaseSource(nameof(Closed))]
    public async Task Request_WithoutTheKey_IsRefused(string request)
    {
        using var response = await SendAsync(_anonymous, request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("Bearer"));
    }

    [Test]
    public async Task Request_WithAWrongKey_IsRefused([Values("", "x", GameProcess.AdminKey + "x")] string key)
    {
        _anonymous.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await SendAsync(_anonymous, "GET admin/v1/status");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("GET ", "hello")]
    [TestCase("POST ", "hello")]
    [TestCase("GET healthz", "Healthy")]
    [TestCase("GET readyz", "gateway: serving\nsilo: active")]
    public async Task Request_ForWhatEverybodyMayKnow_NeedsNoKey(string request, string expected)
    {
        using var response = await SendAsync(_anonymous, request);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n').Order(StringComparer.Ordinal);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(string.Join('\n', lines), Is.EqualTo(expected));
    }

    [Test]
    public async Task Status_OfOneProcess_TellsItsRolesAndSessions()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        await socket.SessionIdAsync();

        var status = await Servers.Default.GetJsonAsync("admin/v1/status");

        var silo = status.GetProperty("silos")[0];
        Assert.That(silo.GetProperty("name").GetString(), Is.EqualTo("default"));
        Assert.That(silo.GetProperty("status").GetString(), Is.EqualTo("active"));
        Assert.That(silo.GetProperty("roles").EnumerateArray().Select(static role => role.GetString()), Is.SupersetOf(new[] { "gateway", "csmj", "tests.session" }));
        Assert.That(status.GetProperty("gateways")[0].GetProperty("draining").GetBoolean(), Is.False);
        Assert.That(status.GetProperty("sessions").GetInt32(), Is.GreaterThanOrEqualTo(1));
        Assert.That(status.GetProperty("activations").GetInt32(), Is.GreaterThan(1));
        Assert.That(status.GetProperty("silent").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Sessions_PageByPage_AreAllListedOnceWithTheirServices()
    {
        await Servers.Default.MetricReachesAsync(0, "gamecluster_sessions");
        var sockets = await Task.WhenAll(Enumerable.Range(0, 5).Select(static _ => Servers.Default.ConnectAsync()));
        var ids = await Task.WhenAll(sockets.Select(static socket => socket.SessionIdAsync()));
        await sockets[0].LogInAsync("emma");

        var pages = new List<JsonElement>();
        for (var next = ""; next is not null; next = pages[^1].GetProperty("next").GetString())
        {
            pages.Add(await Servers.Default.GetJsonAsync("admin/v1/sessions?limit=2" + (next.Length == 0 ? "" : $"&after={next}")));
        }

        var sessions = pages.SelectMany(static page => page.GetProperty("sessions").EnumerateArray()).ToDictionary(static session => session.GetProperty("id").GetString()!);
        Assert.That(pages, Has.Count.EqualTo(3));
        Assert.That(sessions.Keys, Is.EqualTo(ids.Order(StringComparer.Ordinal)));
        Assert.That(sessions[ids[0]].GetProperty("player").GetString(), Is.EqualTo("emma"));
        Assert.That(sessions[ids[0]].GetProperty("services").EnumerateArray().Select(static service => service.GetString()), Is.EquivalentTo(new[] { "route", "tests.session" }));
        foreach (var socket in sockets)
        {
            await socket.DisposeAsync();
        }
    }

    [TestCase("POST admin/v1/broadcast", HttpStatusCode.BadRequest)]
    [TestCase("""POST admin/v1/broadcast {"message_id":5,"boddy":{}}""", HttpStatusCode.BadRequest)]
    [TestCase("POST admin/v1/nowhere", HttpStatusCode.NotFound)]
    [TestCase("PUT admin/v1/status", HttpStatusCode.MethodNotAllowed)]
    public async Task Request_ThatTheApiDoesNotHave_SaysSo(string request, HttpStatusCode expected)
    {
        using var response = await SendAsync(Servers.Default.Admin, request);

        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task Request_WithAnotherKindOfBody_IsRefusedAsSuch()
    {
        using var response = await Servers.Default.Admin.PutAsync("admin/v1/routes", new StringContent("{}"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [TestCase("GET admin/v1/sessions?after=nobody", "after: 'nobody'")]
    [TestCase("GET admin/v1/sessions?limit=0", "limit: 0")]
    [TestCase("POST admin/v1/sessions/nobody/kick", "'nobody'")]
    [TestCase("""POST admin/v1/broadcast {"message_id":-5,"body":{}}""", "message_id: -5")]
    [TestCase("""POST admin/v1/broadcast {"message_id":5,"body":[]}""", "body:")]
    public async Task Request_WithWrongParameters_SaysWhich(string request, string expected)
    {
        using var response = await SendAsync(Servers.Default.Admin, request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), Does.StartWith(expected));
    }

    [Test]
    public async Task Kick_OfNobody_IsNotFound()
    {
        var session = SessionId.Create();
        using var response = await SendAsync(Servers.Default.Admin, $"POST admin/v1/sessions/{session}/kick");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain($"there is no session {session}"));
    }

    [Test]
    public async Task OpenApi_Document_ListsWhatOperatorsCall()
    {
        var document = await Servers.Default.GetJsonAsync("openapi/v1.json");

        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(static path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        Assert.That(operations, Is.EquivalentTo(new[]
        {
            "GET /admin/v1/status", "GET /admin/v1/sessions", "POST /admin/v1/sessions/{id}/kick", "POST /admin/v1/broadcast", "POST /admin/v1/push", "GET /admin/v1/rooms",
            "GET /admin/v1/routes", "PUT /admin/v1/routes", "POST /admin/v1/routes/rollback", "DELETE /admin/v1/routes/services/{service}", "GET /admin/v1/routes/history",
            "GET /admin/v1/quarantine", "DELETE /admin/v1/quarantine", "DELETE /admin/v1/rooms/{service}/{room}", "GET /admin/v1/rooms/{service}/{room}/state", "GET /admin/v1/rooms/{service}/{room}/recording",
        }));
    }

    [Test]
    public async Task Metrics_AfterSomeTraffic_HaveEveryInstrument()
    {
        await using (var socket = await Servers.Default.ConnectAsync())
        {
            await socket.RequestAsync(10000);
            await socket.RequestAsync(-1);
            await socket.RequestAsync(MessageIds.PushTo, $$"""{"session":"{{await socket.SessionIdAsync()}}","text":"me"}""");
            await socket.CloseAsync();
        }

        var text = await Servers.Default.Admin.GetStringAsync("metrics");
        foreach (var name in (string[])
            ["connections", "connections_closed_total", "frames_in_total", "frames_out_total", "bytes_in_bytes_total", "bytes_out_bytes_total", "frames_refused_total",
                "requests_total", "call_duration_seconds_count", "pushes_total", "sessions", "sessions_ending", "ingress_pending", "send_queued_bytes"])
        {
            Assert.That(text, Does.Contain($"\ngamecluster_{name}{{"));
        }
    }

    [Test]
    public async Task Request_ToAServicesEndpoint_ReachesTheGrainItNames()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var session = await socket.SessionIdAsync();
        await socket.RequestAsync(30000);

        using var nameless = await SendAsync(Servers.Default.Admin, "GET csmj/score");
        Assert.That(nameless.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var score = await Servers.Default.GetJsonAsync($"csmj/score?key={session}");
        Assert.That(score.GetProperty("rounds").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Request_ToAnOpenEndpoint_NeedsNoKey()
    {
        using var response = await SendAsync(_anonymous, """POST tests/open {"text":"door"}""");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"text":"open: door"}"""));
    }

    [TestCase("GET nowhere", HttpStatusCode.NotFound)]
    [TestCase("GET tests/open", HttpStatusCode.NotFound)]
    [TestCase("POST tests/open []", HttpStatusCode.BadRequest)]
    public async Task Request_ThatNoEndpointTakes_SaysSo(string request, HttpStatusCode expected)
    {
        using var response = await SendAsync(Servers.Default.Admin, request);

        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task Request_AtTheClientPort_FindsNothingWhateverHostItNames(
        [Values("", "admin/v1/status", "metrics", "healthz", "readyz", "openapi/v1.json", "tests/open", "demo.js", "ws")] string path, [Values] bool forged)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Servers.Default.ClientPort}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", GameProcess.AdminKey);
        request.Headers.Host = forged ? $"127.0.0.1:{Servers.Default.AdminPort}" : null;

        using var response = await client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    /// <summary>Sends what stands in a text: method, path and, if there is one, a JSON body.</summary>
    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string text)
    {
        var parts = text.Split(' ', 3);
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1]);
        request.Content = parts.Length == 3 ? new StringContent(parts[2], MediaTypeHeaderValue.Parse("application/json")) : null;
        return await client.SendAsync(request);
    }
}
