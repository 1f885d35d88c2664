using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GameCluster.Services;

namespace GameCluster.Tests.Services;

public sealed partial class HandlerDispatchTests
{
    private static readonly IServiceGrain Grain = TestLane.Host<AllSignatures>();

    [TestCase(1, "{\"id\":3,\"user_name\":\"n\"}", "{\"id\":3,\"user_name\":\"n\"}")]
    [TestCase(2, "{\"id\":3}", "{\"id\":3}")]
    [TestCase(3, "{}", "{\"id\":3}")]
    [TestCase(4, "", "{\"id\":4}")]
    [TestCase(5, "{}", "{\"id\":5}")]
    [TestCase(6, "{}", "{\"id\":6}")]
    [TestCase(7, "{}", "{\"id\":7}")]
    [TestCase(8, "\u0001raw", "\u0001raw")]
    [TestCase(9, "raw", "RAW")]
    [TestCase(10, "{\"id\":8}", "{\"id\":8}")]
    [TestCase(11, "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}")]
    [TestCase(12, "{\"id\":1,\"message_id\":12,\"extra\":{\"x\":[1,2]}}", "{\"id\":1}")]
    public async Task Handle_EverySignature_Answers(int id, string body, string expected)
    {
        var frame = await Grain.AskAsync(id, body);

        Assert.That((frame.Kind, frame.MessageId, frame.Request, frame.Text()), Is.EqualTo((FrameKind.Reply, id, 0, expected)));
    }

    [TestCase(20)]
    [TestCase(21)]
    [TestCase(22)]
    [TestCase(23)]
    [TestCase(24)]
    [TestCase(25)]
    [TestCase(26)]
    [TestCase(27)]
    public async Task Handle_NothingToSay_IsNoReply(int id) => Assert.That((await Grain.SendAsync((id, "{}"))).Frames, Is.Empty);

    [TestCase(30)]
    [TestCase(31)]
    [TestCase(32)]
    public async Task Handle_ExpectedFailure_IsAnErrorFrame(int id)
    {
        var frame = await Grain.AskAsync(id, "{}");

        Assert.That((frame.Kind, frame.Text()), Is.EqualTo((FrameKind.Error, """{"code":1234,"desc":"no gold","info":"no gold"}""")));
    }

    [Test]
    public void HandleHttp_EveryResult_BecomesAReply() => Assert.Multiple(async () =>
    {
        Assert.That(await CallAsync("GET", "/value"), Is.EqualTo((200, "application/json", "{\"id\":1}")));
        Assert.That(await CallAsync("get", "/VALUE"), Is.EqualTo((200, "application/json", "{\"id\":1}")));
        Assert.That(await CallAsync("POST", "/value", "{\"id\":2}"), Is.EqualTo((200, "application/json", "{\"id\":2}")));
        Assert.That(await CallAsync("GET", "/raw"), Is.EqualTo((200, "application/octet-stream", "raw")));
        Assert.That(await CallAsync("GET", "/nothing"), Is.EqualTo((204, "application/json", "")));
        Assert.That(await CallAsync("PUT", "/whole", "no json"), Is.EqualTo((202, "text/plain", "no json?q=1")));
        Assert.That((await CallAsync("GET", "/missing")).Status, Is.EqualTo(404));
        Assert.That((await CallAsync("GET", "/error")).Status, Is.EqualTo(400));
        Assert.That((await CallAsync("GET", "/conflict")).Status, Is.EqualTo(409));
        Assert.That((await CallAsync("POST", "/value", "[]")).Status, Is.EqualTo(400));
        var broken = await CallAsync("GET", "/broken");
        Assert.That(broken.Status, Is.EqualTo(500));
        Assert.That(broken.Body, Does.Not.Contain("secret"));
    });

    private static async Task<(int Status, string Type, string Body)> CallAsync(string method, string path, string body = "")
    {
        var reply = await Grain.HandleHttpAsync(new HttpCall(method, path, new() { ["q"] = "1" }, Encoding.UTF8.GetBytes(body)));
        return (reply.Status, reply.ContentType, Encoding.UTF8.GetString(reply.Body));
    }

    internal sealed record Thing(int Id, string? UserName = null);

    internal sealed record Empty;

    internal sealed class OnlyId(Thing thing)
    {
        public int Id { get; } = thing.Id;
    }

    [Service("signatures")]
    private sealed class AllSignatures : ServiceGrain
    {
        [Handles(1)]
        public Thing Value(Thing request) => request;

        [Handles(2)]
        public async Task<Thing> TaskOfValue(CancellationToken stopping, MessageContext context, Thing request)
        {
            await Task.Yield();
            return context.MessageId == 2 ? request : throw new InvalidOperationException();
        }

        [Handles(3)]
        public Thing ContextOnly(MessageContext context) => new(context.MessageId);

        [Handles(4)]
        public ValueTask<Thing> ValueTaskOfValue() => new(new Thing(4));

        [Handles(5)]
        public Response<Thing> Response() => new Thing(5);

        [Handles(6)]
        public async Task<Response<Thing>> TaskOfResponse()
        {
            await Task.Yield();
            return new Thing(6);
        }

        [Handles(7)]
        public ValueTask<Response<Thing>> ValueTaskOfResponse() => new(new Thing(7));

        [Handles(8)]
        public byte[] Raw(byte[] body) => body;

        [Handles(9)]
        public async Task<byte[]> TaskOfRaw(byte[] body)
        {
            await Task.Yield();
            return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).ToUpperInvariant());
        }

        [Handles(10)]
        public OnlyId OtherType(Thing request) => new(request);

        [Handles(11)]
        public JsonObject Node(JsonObject request) => request;

        [Handles(12)]
        public Thing WithExtras(Thing request) => request;

        [Handles(20)]
        public void Void()
        {
        }

        [Handles(21)]
        public async Task TaskOnly() => await Task.Yield();

        [Handles(22)]
        public ValueTask ValueTaskOnly() => default;

        [Handles(23)]
        public Thing? Null() => null;

        [Handles(24)]
        public Empty EmptyObject() => new();

        [Handles(25)]
        public byte[] NoBytes() => [];

        [Handles(26)]
        public Response<Thing> EmptyResponse() => default;

        [Handles(27)]
        public Dictionary<string, int> EmptyDictionary() => [];

        [Handles(30)]
        public Response<Thing> Error() => GameCluster.Services.Response.Error(1234, "no gold");

        [Handles(31)]
        public async Task<Response<byte[]>> TaskOfError()
        {
            await Task.Yield();
            return GameCluster.Services.Response.Error(1234, "no gold");
        }

        [Handles(32)]
        public ValueTask<Response<Thing>> ValueTaskOfError() => new(GameCluster.Services.Response.Error(1234, "no gold"));

        [HandlesHttp("GET", "/value")]
        public Thing GetValue() => new(1);

        [HandlesHttp("post", "/value")]
        public Thing PostValue(Thing request) => request;

        [HandlesHttp("GET", "/raw")]
        public byte[] GetRaw() => [.. "raw"u8];

        [HandlesHttp("GET", "/nothing")]
        public Task GetNothing() => Task.CompletedTask;

        [HandlesHttp("PUT", "/whole")]
        public HttpReply Whole(HttpCall call) =>
            new(202, "text/plain", [.. call.Body, .. Encoding.UTF8.GetBytes($"?q={call.Query["q"]}")]);

        [HandlesHttp("GET", "/error")]
        public Response<Thing> GetError() => GameCluster.Services.Response.Error(1234, "no gold");

        [HandlesHttp("GET", "/conflict")]
        public Response<Thing> GetConflict() => GameCluster.Services.Response.Error(409, "taken");

        [HandlesHttp("GET", "/broken")]
        public Thing GetBroken() => throw new InvalidOperationException("secret");
    }

    [JsonSerializable(typeof(Thing))]
    internal sealed partial class ThingJson : JsonSerializerContext;
}
