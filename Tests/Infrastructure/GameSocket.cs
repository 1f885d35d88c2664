using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Infrastructure;

/// <summary>A client of version 0 on a real socket. It reads nothing by itself, so that a test can be a slow reader.</summary>
internal sealed class GameSocket : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>The socket itself, for what this class has no word for.</summary>
    public ClientWebSocket Socket => _socket;

    public static async Task<GameSocket> ConnectAsync(Uri uri)
    {
        var client = new GameSocket();
        using var limit = new CancellationTokenSource(Limit);
        await client._socket.ConnectAsync(uri, limit.Token);
        return client;
    }

    /// <summary>Sends one frame as one message.</summary>
    public Task SendAsync(int messageId, string json = "{}") => SendRawAsync(Encode(messageId, Encoding.UTF8.GetBytes(json)));

    /// <summary>Sends bytes as one message.</summary>
    public Task SendRawAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Binary) =>
        _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);

    /// <summary>The next frame; fails if it does not come in time or the server closes instead.</summary>
    public async Task<ReceivedFrame> ReceiveAsync(TimeSpan? limit = null)
    {
        var (frame, close) = await ReceiveOrCloseAsync(limit);
        return frame ?? throw new AssertionException($"expected a frame, but the server closed: {close}");
    }

    /// <summary>The next frame, or how the server closed.</summary>
    public async Task<(ReceivedFrame? Frame, CloseReceived? Close)> ReceiveOrCloseAsync(TimeSpan? limit = null)
    {
        using var cancel = new CancellationTokenSource(limit ?? Limit);
        var length = 0;
        ValueWebSocketReceiveResult received;
        do
        {
            try
            {
                received = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancel.Token);
            }
            catch (OperationCanceledException)
            {
                throw new AssertionException($"nothing came within {(limit ?? Limit).TotalSeconds} s");
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return (null, new CloseReceived((int)_socket.CloseStatus!, _socket.CloseStatusDescription ?? ""));
            }

            length += received.Count;
        }
        while (!received.EndOfMessage);

        return (Decode(_buffer.AsSpan(0, length)), null);
    }

    /// <summary>How the server closes; fails on a frame before that.</summary>
    public async Task<CloseReceived> ReceiveCloseAsync(TimeSpan? limit = null)
    {
        var (frame, close) = await ReceiveOrCloseAsync(limit);
        return close ?? throw new AssertionException($"expected a close, but came {frame}");
    }

    /// <summary>Sends a request and waits for the frame with its id.</summary>
    public async Task<ReceivedFrame> RequestAsync(int messageId, string json = "{}")
    {
        await SendAsync(messageId, json);
        while (true)
        {
            var frame = await ReceiveAsync();
            if (frame.MessageId == messageId)
            {
                return frame;
            }
        }
    }

    /// <summary>Closes as a client does, and waits for the server's answer.</summary>
    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One frame's bytes.</summary>
    public static byte[] Encode(int messageId, byte[] body)
    {
        var frame = new byte[FrameWriter.GetLength(body.Length)];
        FrameWriter.Write(frame, messageId, body);
        return frame;
    }

    private static ReceivedFrame Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new FrameReader(BufferSize);
        return reader.Read(ref bytes, out var frame) == FrameReadResult.Frame && bytes.IsEmpty
            ? new ReceivedFrame(frame.MessageId, frame.Version, frame.Body)
            : throw new AssertionException("a message from the server is not one whole frame");
    }
}

/// <summary>A frame from the server.</summary>
internal sealed record ReceivedFrame(int MessageId, int Version, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A member of the body, which is a JSON object.</summary>
    public JsonElement this[string member] => JsonDocument.Parse(Body).RootElement.GetProperty(member);

    public int Code => this["code"].GetInt32();

    public override string ToString() => $"{MessageId}: {Text}";
}

/// <summary>A close frame from the server.</summary>
internal sealed record CloseReceived(int Code, string Reason);
