using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Infrastructure;

/// <summary>A client of version 1 on a real socket. It acknowledges nothing and repeats nothing by itself; it only counts what it has.</summary>
internal sealed class SessionSocket : IAsyncDisposable
{
    private const int BufferSize = 256 * 1024;
    private const int MostTries = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Queue<SessionReceived> _frames = new();
    private readonly FrameReader _reader = new(BufferSize);
    private readonly Dictionary<ushort, uint> _received = [];
    private readonly List<SessionReceived> _all = [];
    private readonly Dictionary<int, int> _taken = [];
    private uint _number;

    private SessionSocket() => _reader.UseSessionFrames();

    public ClientWebSocket Socket => _socket;

    /// <summary>What the server has answered to hello.</summary>
    public JsonElement Welcome { get; private set; }

    public string Session => Welcome.GetProperty("session").GetString()!;

    public string Token => Welcome.GetProperty("token").GetString()!;

    public bool Resumed => Welcome.GetProperty("resumed").GetBoolean();

    public string? Reason => Welcome.GetProperty("reason").GetString();

    /// <summary>The last number of each stream.</summary>
    public IReadOnlyDictionary<ushort, uint> Received => _received;

    /// <summary>Numbered pushes so far, in the order they came.</summary>
    public List<SessionReceived> Pushes { get; } = [];

    /// <summary>Connects and says hello.</summary>
    public static async Task<SessionSocket> ConnectAsync(Uri uri)
    {
        var client = await OpenAsync(uri);
        await client.GreetAsync("""{"versions":[1],"client":"tests/1"}""");
        return client;
    }

    /// <summary>Connects and asks to go on with the session of another socket; again if the server is busy.</summary>
    public static async Task<SessionSocket> ResumeAsync(Uri uri, SessionSocket earlier, string? token = null)
    {
        var hello = earlier.HelloAgain(token);
        var client = await OpenAsync(uri);
        for (var tries = 1; await client.IsBusyAsync(hello) && tries < MostTries; tries++)
        {
            await client.DisposeAsync();
            client = await OpenAsync(uri);
        }

        client._number = earlier._number;
        if (client.Resumed)
        {
            foreach (var (stream, number) in earlier._received)
            {
                client._received[stream] = number;
            }
        }

        return client;
    }

    /// <summary>The hello of a client that wants to go on where this socket was.</summary>
    public string HelloAgain(string? token = null, uint attempt = 0)
    {
        var streams = JsonSerializer.Serialize(_received.ToDictionary(static stream => $"{stream.Key}", static stream => stream.Value));
        return $$$"""{"versions":[1],"client":"tests/1","resume":{"token":"{{{token ?? Token}}}","streams":{{{streams}}},"attempt":{{{attempt}}}}}""";
    }

    /// <summary>Connects without a word.</summary>
    public static async Task<SessionSocket> OpenAsync(Uri uri)
    {
        var client = new SessionSocket();
        using var limit = new CancellationTokenSource(Limit);
        await client._socket.ConnectAsync(uri, limit.Token);
        return client;
    }

    /// <summary>Sends a request and returns its number.</summary>
    public async Task<uint> SendAsync(int messageId, string json = "{}")
    {
        await SendAsync(SessionFrame.Request, ++_number, messageId, json);
        return _number;
    }

    /// <summary>Sends a request again.</summary>
    public Task RepeatAsync(uint number, int messageId, string json = "{}") => SendAsync(SessionFrame.Request, number, messageId, json);

    public Task NotifyAsync(int messageId, string json = "{}") => SendAsync(SessionFrame.Notify, 0, messageId, json);

    public Task SendAsync(byte kind, uint number, int messageId, string json) => SendRawAsync(Encode(kind, number, messageId, json));

    public Task SendRawAsync(byte[] bytes) => _socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    public Task AcknowledgeAsync(uint? settled = null) => NotifyAsync(
        -3,
        JsonSerializer.Serialize(new { streams = _received.ToDictionary(static stream => $"{stream.Key}", static stream => stream.Value), settled = settled ?? 0 }));

    /// <summary>Sends a request and waits for its answer; other frames are only counted.</summary>
    public async Task<SessionReceived> RequestAsync(int messageId, string json = "{}") => await AnswerAsync(await SendAsync(messageId, json));

    /// <summary>Waits for the answer to a request.</summary>
    public async Task<SessionReceived> AnswerAsync(uint number)
    {
        while (true)
        {
            var frame = await ReceiveAsync();
            if (frame.Kind is SessionFrame.Reply or SessionFrame.Error && frame.Number == number)
            {
                return frame;
            }
        }
    }

    /// <summary>Waits for the next push.</summary>
    public async Task<SessionReceived> PushAsync()
    {
        while (true)
        {
            if (await ReceiveAsync() is { Kind: SessionFrame.Push } push)
            {
                return push;
            }
        }
    }

    /// <summary>The next frame with this id: one that came while something else was waited for, or one that is still to come.</summary>
    public async Task<SessionReceived> NextAsync(int messageId)
    {
        var index = _taken.GetValueOrDefault(messageId);
        while (true)
        {
            for (; index < _all.Count; index++)
            {
                if (_all[index].MessageId == messageId)
                {
                    _taken[messageId] = index + 1;
                    return _all[index];
                }
            }

            await ReceiveAsync();
        }
    }

    /// <summary>Receives until so many numbered pushes are there.</summary>
    public async Task PushesAsync(int count)
    {
        while (Pushes.Count < count)
        {
            await ReceiveAsync();
        }
    }

    /// <summary>The next frame.</summary>
    public async Task<SessionReceived> ReceiveAsync()
    {
        var (frame, close) = await ReceiveOrCloseAsync();
        return frame ?? throw new AssertionException($"expected a frame, but the server closed: {close}");
    }

    /// <summary>How the server closes; frames before that are only counted.</summary>
    public async Task<CloseReceived> ReceiveCloseAsync()
    {
        while (true)
        {
            if ((await ReceiveOrCloseAsync()).Close is { } close)
            {
                return close;
            }
        }
    }

    public async Task<(SessionReceived? Frame, CloseReceived? Close)> ReceiveOrCloseAsync()
    {
        using var cancel = new CancellationTokenSource(Limit);
        while (_frames.Count == 0)
        {
            var received = await ReadAsync(cancel.Token);
            if (received is not null)
            {
                return (null, received);
            }
        }

        var frame = _frames.Dequeue();
        _all.Add(frame);
        if (frame is { Kind: SessionFrame.Push, Number: > 0 })
        {
            Assert.That(frame.Number, Is.EqualTo(_received.GetValueOrDefault(frame.Stream) + 1), $"push out of turn: {frame}");
            _received[frame.Stream] = frame.Number;
            Pushes.Add(frame);
        }
        else if (frame.MessageId == -4)
        {
            _received[(ushort)frame["stream"].GetInt32()] = frame["number"].GetUInt32();
        }

        return (frame, null);
    }

    /// <summary>Closes as a client does that does not come back.</summary>
    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One frame's bytes.</summary>
    public static byte[] Encode(byte kind, uint number, int messageId, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var bytes = new byte[SessionFrame.Size + body.Length];
        new SessionFrame(kind, 0, 0, number).Write(bytes, messageId, body);
        return bytes;
    }

    private async Task GreetAsync(string hello) => Assert.That(await IsBusyAsync(hello), Is.False, "the server is busy");

    private async Task<bool> IsBusyAsync(string hello)
    {
        await NotifyAsync(-1, hello);
        var answer = await ReceiveAsync();
        if (answer.MessageId == -10)
        {
            return true;
        }

        Assert.That(answer.MessageId, Is.EqualTo(-2), $"the answer to hello is {answer}");
        Welcome = JsonDocument.Parse(answer.Body).RootElement;
        return false;
    }

    private async Task<CloseReceived?> ReadAsync(CancellationToken cancellation)
    {
        ValueWebSocketReceiveResult received;
        try
        {
            received = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"nothing came within {Limit.TotalSeconds} s");
        }

        if (received.MessageType == WebSocketMessageType.Close)
        {
            return new CloseReceived((int)_socket.CloseStatus!, _socket.CloseStatusDescription ?? "");
        }

        Cut(_buffer.AsSpan(0, received.Count));
        return null;
    }

    private void Cut(ReadOnlySpan<byte> bytes)
    {
        while (_reader.Read(ref bytes, out var frame) == FrameReadResult.Frame)
        {
            Assert.That(frame.Version, Is.EqualTo(1));
            _frames.Enqueue(new SessionReceived(frame.MessageId, frame.Session.Kind, frame.Session.Stream, frame.Session.Number, frame.Body));
        }
    }
}

/// <summary>A frame of version 1 from the server.</summary>
internal sealed record SessionReceived(int MessageId, byte Kind, ushort Stream, uint Number, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A member of the body, which is a JSON object.</summary>
    public JsonElement this[string member] => JsonDocument.Parse(Body).RootElement.GetProperty(member);

    public int Code => this["code"].GetInt32();

    public override string ToString() => $"{MessageId} kind {Kind} stream {Stream} number {Number}: {Text}";
}
