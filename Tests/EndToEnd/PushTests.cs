using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using GameCluster.Gateway.Protocol;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>Messages to sessions, players, rooms, groups and everyone, from services and from operators.</summary>
internal sealed class PushTests
{
    private static Uri Uri => Servers.Default.ClientUri;

    [Test]
    public async Task ToRoom_FromAnotherService_IsNumberedInTheRoomsStream()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var room = $"{Guid.NewGuid():N}";
        await ann.RequestAsync(MessageIds.HallEnter, Json(new { room }));

        Assert.That((await ann.RequestAsync(MessageIds.PushToRoom, Json(new { session = room, text = "hi" })))["text"].GetString(), Is.EqualTo("True"));
        Assert.That((await ann.RequestAsync(MessageIds.PushToRoom, Json(new { session = "nowhere", text = "hi" })))["text"].GetString(), Is.EqualTo("False"));

        var push = await ann.NextAsync(MessageIds.HallWhispered);
        Assert.That((push.Stream, push.Number, push["text"].GetString()), Is.EqualTo(((ushort)1, 1u, "hi")));
    }

    [Test]
    public async Task ToGroup_FromAService_IsNumberedInTheGroupsStream()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var group = $"{Guid.NewGuid():N}";
        await ann.RequestAsync(MessageIds.GroupJoin, Json(new { room = group }));

        Assert.That((await ann.RequestAsync(MessageIds.PushToGroup, Json(new { session = group, text = "hi" })))["count"].GetInt32(), Is.EqualTo(1));

        var push = await ann.NextAsync(MessageIds.HallWhispered);
        Assert.That((push.Stream, push.Number, push["text"].GetString()), Is.EqualTo(((ushort)1, 1u, "hi")));
    }

    [Test]
    public async Task ToEveryone_FromAService_IsLive()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        await using var old = await Servers.Default.ConnectAsync();

        Assert.That((await ann.RequestAsync(MessageIds.PushToEveryone, """{"text":"all"}"""))["count"].GetInt32(), Is.GreaterThanOrEqualTo(2));

        var push = await ann.NextAsync(MessageIds.HallWhispered);
        Assert.That((push.Kind, push.Stream, push.Number), Is.EqualTo((SessionFrame.Push, (ushort)0, 0u)));
        Assert.That((await old.ReceiveAsync())["text"].GetString(), Is.EqualTo("all"));
    }

    [Test]
    public async Task ToSession_OfAMessageDeclaredLatest_IsNotNumbered()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);

        await ann.RequestAsync(MessageIds.PushLatest, """{"text":"now"}""");

        Assert.That((await ann.NextAsync(MessageIds.HallShown)).Number, Is.Zero);
        Assert.That((await ann.NextAsync(MessageIds.PushedLatest)).Number, Is.Zero);
    }

    [Test]
    public async Task Post_ToEachKindOfTarget_Arrives()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var name = $"{Guid.NewGuid():N}";
        await ann.RequestAsync(1000, Json(new { name }));
        await ann.RequestAsync(MessageIds.HallEnter, Json(new { room = name }));
        await ann.RequestAsync(MessageIds.GroupJoin, Json(new { room = name }));

        foreach (var (to, stream, number) in new (object, ushort, uint)[]
        {
            (new { session = ann.Session }, 0, 1), (new { player = name }, 0, 2), (new { room = new { service = "tests.hall", room = name } }, 1, 1), (new { group = name }, 2, 1), (new { everyone = true }, 0, 0),
        })
        {
            var (status, report) = await PostAsync(new { to, message = MessageIds.HallSaid, body = new { count = 7 } });
            var push = await ann.NextAsync(MessageIds.HallSaid);

            Assert.That((status, push.Stream, push.Number, push["count"].GetInt32()), Is.EqualTo((HttpStatusCode.OK, stream, number, 7)), $"{to}: {report}");
            Assert.That(report.GetProperty("failed").GetArrayLength() + report.GetProperty("silent").GetArrayLength(), Is.Zero);
        }
    }

    [Test]
    public async Task Post_OfAMessageDeclaredLatest_IsNotNumbered()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);

        await PostAsync(new { to = new { session = ann.Session }, message = MessageIds.HallShown, body = new { text = "now" }, key = "k" });

        Assert.That((await ann.NextAsync(MessageIds.HallShown)).Number, Is.Zero);
    }

    [TestCase("""{"to":{},"message":1,"body":{}}""", 400, "to: ")]
    [TestCase("""{"to":{"player":"a","everyone":true},"message":1,"body":{}}""", 400, "to: ")]
    [TestCase("""{"to":{"session":"x"},"message":1,"body":{}}""", 400, "to.session: ")]
    [TestCase("""{"to":{"player":""},"message":1,"body":{}}""", 400, "to.player: ")]
    [TestCase("""{"to":{"group":""},"message":1,"body":{}}""", 400, "to.group: ")]
    [TestCase("""{"to":{"room":{"service":"board","room":""}},"message":1,"body":{}}""", 400, "to.room.room: ")]
    [TestCase("""{"to":{"everyone":true},"message":0,"body":{}}""", 400, "message: ")]
    [TestCase("""{"to":{"everyone":true},"message":1,"body":[]}""", 400, "body: ")]
    [TestCase("""{"to":{"room":{"service":"none","room":"x"}},"message":1,"body":{}}""", 404, "to.room.service: ")]
    [TestCase("""{"to":{"room":{"service":"tests.room","room":"x"}},"message":1,"body":{}}""", 404, "to.room.service: ")]
    [TestCase("""{"to":{"room":{"service":"board","room":"x"}},"message":1,"body":{}}""", 404, "to.room.room: ")]
    [TestCase("""{"to":{"session":"00000000000000000000000000000000"},"message":1,"body":{}}""", 404, "to.session: ")]
    public async Task Post_OfWhatCannotBeSent_NamesTheField(string body, int status, string start)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Servers.Default.Admin.PostAsync("admin/v1/push", content);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.That((int)response.StatusCode, Is.EqualTo(status), $"{problem}");
        Assert.That(problem.GetProperty("detail").GetString(), Does.StartWith(start));
    }

    [Test]
    public async Task Rooms_OfAService_AreListed()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        var room = $"{Guid.NewGuid():N}";
        await ann.RequestAsync(MessageIds.HallEnter, Json(new { room }));

        var halls = await Servers.Default.GetJsonAsync("admin/v1/rooms?service=tests.hall&limit=1000");
        var boards = await Servers.Default.GetJsonAsync("admin/v1/rooms?service=board&limit=1000");

        var listed = halls.GetProperty("rooms").EnumerateArray().Single(entry => entry.GetProperty("room").GetString() == room);
        Assert.That((listed.GetProperty("service").GetString(), listed.GetProperty("members").GetInt32(), listed.GetProperty("locked").GetBoolean()), Is.EqualTo(("tests.hall", 1, false)));
        Assert.That((halls.GetProperty("complete").GetBoolean(), halls.GetProperty("silent").GetArrayLength()), Is.EqualTo((true, 0)));
        Assert.That(boards.GetProperty("rooms").EnumerateArray().Select(static entry => entry.GetProperty("service").GetString()), Is.All.EqualTo("board"));
    }

    [Test]
    public async Task Rooms_MoreThanAskedFor_AreNotComplete()
    {
        await using var ann = await SessionSocket.ConnectAsync(Uri);
        foreach (var room in new[] { $"{Guid.NewGuid():N}", $"{Guid.NewGuid():N}" })
        {
            await ann.RequestAsync(MessageIds.HallEnter, Json(new { room }));
        }

        var page = await Servers.Default.GetJsonAsync("admin/v1/rooms?service=tests.hall&limit=1");
        using var refused = await Servers.Default.Admin.GetAsync("admin/v1/rooms?limit=0");

        Assert.That((page.GetProperty("rooms").GetArrayLength(), page.GetProperty("complete").GetBoolean()), Is.EqualTo((1, false)));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("limit: "));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Report)> PostAsync(object request)
    {
        using var response = await Servers.Default.Admin.PostAsJsonAsync("admin/v1/push", request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static string Json(object value) => JsonSerializer.Serialize(value);
}
