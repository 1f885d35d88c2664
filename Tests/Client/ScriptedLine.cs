using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using GameCluster.Client.Protocol;

namespace GameCluster.Tests.Client;

/// <summary>One connection of a client, seen from the server.</summary>
internal sealed class ScriptedLine(WebSocket socket, Action cut)
{
    public const int PushId = 61021;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Channel<Frame> _frames = Channel.CreateUnbounded<Frame>();
    private readonly TaskCompletionSource<int> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the client has said first.</summary>
    public JsonElement Hello { get; private set; }

    /// <summary>The token in its hello; null if there is none.</summary>
    public string? Token => Hello.TryGetProperty("resume", out var resume) ? resume.GetProperty("token").GetString() : null;

    /// <summary>The number of the attempt in its hello.</summary>
    public uint Attempt => Hello.GetProperty("resume").GetProperty("attempt").GetUInt32();

    /// <summary>The streams in its hello, as JSON.</summary>
    public string Streams => Hello.GetProperty("resume").GetProperty("streams").GetRawText();

    /// <summary>The client's close code; 1006 if it went without one.</summary>
    public Task<int> Closed => _closed.Task.WaitAsync(Limit);

    public async Task ReadHelloAsync() => Hello = Json(await NextAsync());

    public static JsonElement Json(Frame frame) => JsonDocument.Parse(frame.Body).RootElement;

    /// <summary>The next frame of the client that is neither an acknowledgement nor a ping.</summary>
    public async Task<Frame> NextMessageAsync()
    {
        Frame frame;
        do
        {
            frame = await NextAsync();
        }
        while (frame.MessageId is SystemId.Ack or SystemId.Ping);

        return frame;
    }

    /// <summary>The streams of the next acknowledgement, as JSON.</summary>
    public async Task<string> NextAckAsync() => (await NextAckMessageAsync()).GetProperty("streams").GetRawText();

    /// <summary>The next acknowledgement.</summary>
    public async Task<JsonElement> NextAckMessageAsync()
    {
        Frame frame;
        do
        {
            frame = await NextAsync();
        }
        while (frame.MessageId != SystemId.Ack);

        return Json(frame);
    }

    public Task WelcomeAsync(
        string token = "first", bool resumed = false, string reason = "null", string streams = "[]", int pending = 256, int frame = 65536, string ack = """{"messages":64,"time":5000}""") => SystemAsync(
        SystemId.Welcome,
        $$"""
        {"version":1,"session":"{{new string('0', 32)}}","token":"{{token}}","resumed":{{(resumed ? "true" : "false")}},"reason":{{reason}},"streams":{{streams}},"idle":300000,
        "window":{"time":60000,"messages":1024,"bytes":262144},"limits":{"frame":{{frame}},"pending":{{pending}}},"ack":{{ack}}}
        """);

    public Task SystemAsync(int messageId, string json) => SendAsync(new Frame(messageId, FrameKind.Notify, 0, 0, Encoding.UTF8.GetBytes(json)));

    public Task ReplyAsync(Frame request, string json = "{}") => SendAsync(request with { Kind = FrameKind.Reply, Body = Encoding.UTF8.GetBytes(json) });

    public Task PushAsync(ushort stream, uint number, string json = "{}") => SendAsync(new Frame(PushId, FrameKind.Push, stream, number, Encoding.UTF8.GetBytes(json)));

    public Task SendAsync(params Frame[] frames) => SendBytesAsync([.. frames.SelectMany(static frame => frame.ToBytes())]);

    /// <summary>One binary message.</summary>
    public Task SendBytesAsync(byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    public Task CloseAsync(int code) => socket.CloseOutputAsync((WebSocketCloseStatus)code, "", CancellationToken.None);

    /// <summary>The network is gone: no close frame.</summary>
    public void Cut() => cut();

    /// <summary>Reads until the client has gone.</summary>
    public async Task ReadAllAsync(CancellationToken aborted)
    {
        var reader = new FrameReader(1 << 20);
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), aborted) is { MessageType: not WebSocketMessageType.Close } received)
            {
                Take(reader, buffer.AsSpan(0, received.Count));
            }

            _closed.TrySetResult((int)socket.CloseStatus!);
            await socket.CloseOutputAsync(socket.CloseStatus!.Value, "", aborted);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            _closed.TrySetResult(1006);
        }
    }

    private void Take(FrameReader reader, ReadOnlySpan<byte> input)
    {
        while (reader.Read(ref input, out var frame) == FrameReadResult.Frame)
        {
            _frames.Writer.TryWrite(frame);
        }
    }

    private async Task<Frame> NextAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _frames.Reader.ReadAsync(limit.Token);
    }
}
