using System.Net;
using System.Net.WebSockets;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.Protocol;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>What passes over a socket besides the table of unusual input.</summary>
internal sealed class ProtocolTests
{
    [Test]
    public async Task Send_RecordedRequests_GetTheRecordedBytes([Values("", "ws")] string path)
    {
        var frames = ProtocolVectors.Load().Frames.ToDictionary(static frame => frame.Name, static frame => frame.Hex);
        await using var socket = await GameSocket.ConnectAsync(new Uri(Servers.Default.ClientUri, path));
        foreach (var id in (int[])[1000, 10000, 20000])
        {
            await socket.SendRawAsync(Convert.FromHexString(frames[$"{id} request"]));

            Assert.That(await ReceiveMessageAsync(socket), Is.EqualTo(frames[$"{id} response"]));
        }
    }

    [Test]
    public async Task Receive_RepliesToOneMessage_ComeAsOneMessageEach()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var request = GameSocket.Encode(10000, "{}"u8.ToArray());
        var reply = Convert.ToHexStringLower(GameSocket.Encode(10000, """{"code":200}"""u8.ToArray()));

        await socket.SendRawAsync([.. request, .. request, .. request]);

        for (var i = 0; i < 3; i++)
        {
            Assert.That(await ReceiveMessageAsync(socket), Is.EqualTo(reply));
        }
    }

    [TestCase(MessageIds.Pushed, 403)]
    [TestCase(MessageIds.Internal, 403)]
    [TestCase(999, 403)]
    [TestCase(0, 404)]
    [TestCase(-7, 404)]
    public async Task Send_IdThatNoClientMaySend_IsRefusedAndTheConnectionStays(int messageId, int code)
    {
        await using var socket = await Servers.Default.ConnectAsync();

        var refusal = await socket.RequestAsync(messageId);

        Assert.That((refusal.Code, refusal["desc"].GetString()), Is.EqualTo((code, refusal["info"].GetString())));
        Assert.That(refusal["desc"].GetString(), Does.Contain($"{messageId}"));
        Assert.That((await socket.RequestAsync(10000)).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task Send_MessageWithoutReply_IsFollowedByTheNextReply()
    {
        await using var socket = await Servers.Default.ConnectAsync();

        await socket.SendAsync(MessageIds.NoReply);
        await socket.SendAsync(MessageIds.Count);

        Assert.That((await socket.ReceiveAsync()).MessageId, Is.EqualTo(MessageIds.Count));
    }

    [Test]
    public async Task Send_FragmentsOfOneByteWithoutEnd_IsClosed()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var frame = GameSocket.Encode(40000, new byte[200]);
        foreach (var fragment in frame.Chunk(1))
        {
            await socket.Socket.SendAsync(fragment, WebSocketMessageType.Binary, endOfMessage: false, CancellationToken.None);
        }

        Assert.That((await socket.ReceiveCloseAsync()).Code, Is.EqualTo(1008));
    }

    [Test]
    public async Task Send_FrameThatDrips_IsClosedAlthoughBytesKeepComing()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        var closing = socket.ReceiveCloseAsync();
        foreach (var message in GameSocket.Encode(40000, new byte[200]).Chunk(1))
        {
            await Task.WhenAny(closing, Task.Delay(Servers.FrameTimeout / 10));
            if (closing.IsCompleted)
            {
                break;
            }

            await socket.SendRawAsync(message);
        }

        Assert.That((await closing).Code, Is.EqualTo(1002));
    }

    [Test]
    public async Task Send_EmptyMessage_BeginsNoFrame()
    {
        await using var socket = await Servers.Default.ConnectAsync();
        await socket.SendRawAsync([]);

        var next = socket.ReceiveOrCloseAsync();
        await Task.WhenAny(next, Task.Delay(Servers.FrameTimeout * 2));
        await socket.SendAsync(10000);

        Assert.That((await next).Frame?.Code, Is.EqualTo(200), $"closed: {(await next).Close}");
    }

    [TestCase(1000, "done")]
    [TestCase(1001, "")]
    [TestCase(4321, "mine")]
    public async Task Close_ByTheClient_IsAnsweredWithTheSameCode(int code, string reason)
    {
        await using var socket = await Servers.Default.ConnectAsync();
        await socket.Socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);

        Assert.That((await socket.ReceiveCloseAsync()).Code, Is.EqualTo(code));
    }

    [Test]
    public async Task Connect_WithSubprotocolAndCompression_GetsNeither()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("chat");
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        socket.Options.CollectHttpResponseDetails = true;

        await socket.ConnectAsync(Servers.Default.ClientUri, CancellationToken.None);

        Assert.That(socket.SubProtocol, Is.Null);
        Assert.That(socket.HttpResponseHeaders!.Keys, Has.None.EqualTo("Sec-WebSocket-Extensions").IgnoreCase);
    }

    [Test]
    public async Task Connect_AtAnotherPath_IsNotFound()
    {
        using var response = await UpgradeAsync(Servers.Default, "other");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase(Servers.Origin, HttpStatusCode.SwitchingProtocols)]
    [TestCase("https://elsewhere.example", HttpStatusCode.Forbidden)]
    public async Task Connect_FromAPage_IsDecidedByItsOrigin(string origin, HttpStatusCode expected)
    {
        using var response = await UpgradeAsync(Servers.Strict, "", origin);

        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    /// <summary>A handshake whose answer can be looked at whatever it is.</summary>
    internal static async Task<HttpResponseMessage> UpgradeAsync(GameProcess server, string path, string? origin = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.ClientPort}/{path}");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(new byte[16]));
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>One whole binary message, as hexadecimal digits.</summary>
    private static async Task<string> ReceiveMessageAsync(GameSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[1024];
        var received = await socket.Socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
        Assert.That((received.MessageType, received.EndOfMessage), Is.EqualTo((WebSocketMessageType.Binary, true)));
        return Convert.ToHexStringLower(buffer.AsSpan(0, received.Count));
    }
}
