using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Changing routes of a running server, as operators do it.</summary>
internal sealed class RouteAdminTests
{
    private const string Path = "admin/v1/routes";
    private const int Roll = 30000;
    private const int Echo = 40000;
    private const string LoginForDice = """{"services":{"csmj":{"requires_login":true}}}""";

    [TearDown]
    public async Task RestoreAsync() => (await RollBackAsync(0, await VersionAsync())).Dispose();

    [Test]
    public async Task Put_WithoutTheVersion_IsRefused([Values(null, "*", "\"newest\"")] string? match)
    {
        using var response = await PutAsync("{}", match);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionRequired));
    }

    [Test]
    public async Task Put_WithAnOldVersion_ChangesNothing()
    {
        var version = await VersionAsync();
        using var first = await PutAsync(LoginForDice, Tag(version));
        using var second = await PutAsync("{}", Tag(version));

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(second.Headers.ETag, Is.EqualTo(first.Headers.ETag), "the version to read again");
        Assert.That((await Servers.Default.GetJsonAsync(Path)).GetProperty("operator").GetRawText(), Does.Contain("requires_login"));
    }

    [Test]
    public async Task Put_WithMistakes_ListsThemAllAndChangesNothing()
    {
        var version = await VersionAsync();
        using var unreadable = await PutAsync("""{"range":{"csmj":[[9]],"echo":"all"},"spezial":{}}""", Tag(version));
        using var unknown = await PutAsync("""{"special":{"chess":[7]},"range":{"echo":[[9,1]]},"services":{"go":{"requires_login":true}}}""", Tag(version));

        Assert.That(await ProblemsAsync(unreadable), Has.Length.EqualTo(3).And.Some.Contains("spezial"));
        Assert.That(await ProblemsAsync(unknown), Has.Length.EqualTo(3).And.Some.Contains("chess").And.Some.Contains("echo").And.Some.Contains("go"));
        Assert.That(await VersionAsync(), Is.EqualTo(version));
    }

    [Test]
    public async Task Put_NewRules_HoldForConnectionsThatAreOpen()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        await socket.RequestAsync(Roll);
        var before = await VersionAsync();

        using var put = await PutAsync(LoginForDice, Tag(before));
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await socket.RequestAsync(Roll)).Code, Is.EqualTo(401));

        using var rollback = await RollBackAsync(before, await VersionAsync());
        Assert.That(rollback.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await socket.RequestAsync(Roll)).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task History_OfChanges_HasTheirDocumentsNewestFirst()
    {
        using var put = await PutAsync(LoginForDice, Tag(await VersionAsync()));
        var changed = (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetInt64();
        using var rollback = await RollBackAsync(0, changed);

        var history = (await Servers.Default.GetJsonAsync(Path + "/history")).EnumerateArray().Take(2).ToArray();

        Assert.That(history.Select(static entry => entry.GetProperty("version").GetInt64()), Is.EqualTo(new[] { changed + 1, changed }));
        Assert.That(history[1].GetProperty("operator").GetProperty("services").GetProperty("csmj").GetProperty("requires_login").GetBoolean(), Is.True);
        Assert.That(history[1].GetProperty("by").GetString(), Does.Contain("127.0.0.1"));
    }

    [Test]
    public async Task Rollback_ToAVersionThatNeverWas_IsNotFound()
    {
        using var rollback = await RollBackAsync(1_000_000, await VersionAsync());

        Assert.That(rollback.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("nobody", null, HttpStatusCode.PreconditionRequired)]
    [TestCase("nobody", "now", HttpStatusCode.NotFound)]
    [TestCase("csmj", "now", HttpStatusCode.Conflict)]
    public async Task Retire_WithoutReason_IsRefused(string service, string? match, HttpStatusCode status)
    {
        var version = await VersionAsync();

        using var retired = await SendAsync(HttpMethod.Delete, $"{Path}/services/{service}", "{}", match is null ? null : Tag(version));

        Assert.That(retired.StatusCode, Is.EqualTo(status), await retired.Content.ReadAsStringAsync());
        Assert.That(await VersionAsync(), Is.EqualTo(version));
    }

    [TestCase("{}")]
    [TestCase("""{"to":0}""")]
    public async Task Rollback_WithoutAVersion_IsRefusedAndChangesNothing(string body)
    {
        using var put = await PutAsync(LoginForDice, Tag(await VersionAsync()));
        var version = await VersionAsync();

        using var rollback = await SendAsync(HttpMethod.Post, Path + "/rollback", body, Tag(version));

        Assert.That(rollback.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await VersionAsync(), Is.EqualTo(version));
    }

    [Test]
    public async Task Put_ANodesConfigurationOfObEspoir_TakesItsRoutes()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        using var put = await PutAsync(
            """
            {
                "type": "route", // what the node is
                "rpc": { "port": 21002, "route": { "range": { "route": [[0, 5000]], "service": [[5001, 1000000]] }, "special": { "route": [6000] } } },
                "remote_ports": [ { "host": "127.0.0.1", "port": 20002, "type": "proxy" }, ]
            }
            """,
            Tag(await VersionAsync()));

        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.OK), await put.Content.ReadAsStringAsync());
        Assert.That((await socket.RequestAsync(20000)).Code, Is.EqualTo(200));
        Assert.That((await socket.RequestAsync(Echo)).Code, Is.EqualTo(404), "routed to a service that does not handle it");
    }

    private static async Task<long> VersionAsync()
    {
        using var response = await Servers.Default.Admin.GetAsync(Path);
        return long.Parse(response.Headers.ETag!.Tag.Trim('"'));
    }

    private static string Tag(long version) => $"\"{version}\"";

    private static Task<HttpResponseMessage> PutAsync(string document, string? match) => SendAsync(HttpMethod.Put, Path, document, match);

    private static Task<HttpResponseMessage> RollBackAsync(long to, long version) =>
        SendAsync(HttpMethod.Post, Path + "/rollback", $$"""{"version":{{to}}}""", Tag(version));

    private static async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body, string? match)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")) };
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }

        return await Servers.Default.Admin.SendAsync(request);
    }

    private static async Task<string[]> ProblemsAsync(HttpResponseMessage response)
    {
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return [.. body.GetProperty("problems").EnumerateArray().Select(static problem => problem.GetString()!)];
    }
}
