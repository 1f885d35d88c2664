using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace GameCluster.Tests.LoadTool;

/// <summary>The board over version 1 in one process and in little: sessions, one stream each, replay, stored answers. It keeps its promises, except for the one it is told to break.</summary>
internal sealed class BoardServer(BoardServerBug bug) : IAsyncDisposable
{
    private const int Welcome = -2;
    private const int StreamNotice = -9;
    private const int Create = 30010;
    private const int Join = 30012;
    private const int Leave = 30020;
    private const int Draw = 30021;
    private const int Drawn = 30030;
    private const byte RequestKind = 1;

    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly Dictionary<string, int> _strokes = [];
    private ScriptedServer? _server;

    public Uri Url => _server!.Url;

    public static async Task<BoardServer> StartAsync(BoardServerBug bug)
    {
        var server = new BoardServer(bug);
        server._server = await ScriptedServer.StartAsync(server.ConverseAsync);
        return server;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private static byte[] Frame(int messageId, byte kind, int stream, uint number, object body)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body);
        var frame = new byte[20 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), messageId);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(8), 1);
        frame[12] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(14), (ushort)stream);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(16), number);
        json.CopyTo(frame, 20);
        return frame;
    }

    private async Task ConverseAsync(WebSocket socket, CancellationToken stopping)
    {
        var outgoing = Channel.CreateUnbounded<byte[]>();
        var pump = PumpAsync(socket, outgoing.Reader, stopping);
        try
        {
            Session? session = null;
            while (await ScriptedServer.ReceiveAsync(socket, stopping) is { } message)
            {
                lock (_gate)
                {
                    session = Handle(session, outgoing.Writer, message);
                }
            }
        }
        finally
        {
            outgoing.Writer.Complete();
            await pump;
        }
    }

    private static async Task PumpAsync(WebSocket socket, ChannelReader<byte[]> outgoing, CancellationToken stopping)
    {
        try
        {
            await foreach (var frame in outgoing.ReadAllAsync(stopping))
            {
                await ScriptedServer.SendAsync(socket, frame, stopping);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // The bot has cut the connection.
        }
    }

    private Session? Handle(Session? session, ChannelWriter<byte[]> outgoing, byte[] frame)
    {
        var id = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(4));
        using var body = JsonDocument.Parse(frame.AsMemory(20));
        if (session is null)
        {
            return Hello(outgoing, body.RootElement);
        }

        if (frame[12] == RequestKind)
        {
            var number = BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(16));
            if (!session.Answers.TryGetValue(number, out var answer) || (bug == BoardServerBug.ExecutesRepeats && id == Draw))
            {
                session.Answers[number] = answer = id is Draw or Leave && session.Room is null
                    ? Frame(id, 3, 0, number, new { code = 409 })
                    : Frame(id, 2, 0, number, Answer(session, id, body.RootElement));
            }

            Send(session, answer);
        }

        return session;
    }

    private void Send(Session session, byte[] answer)
    {
        if (bug == BoardServerBug.ExecutesRepeats)
        {
            // Late, so that many a connection is cut before the answer.
            _ = Task.Delay(SlowAnswer).ContinueWith(_ => session.Send(answer), TaskScheduler.Default);
        }
        else
        {
            session.Send(answer);
        }
    }

    private Session Hello(ChannelWriter<byte[]> outgoing, JsonElement hello)
    {
        var isResume = hello.TryGetProperty("resume", out var resume);
        var session = isResume && _sessions.Remove(resume.GetProperty("token").GetString()!, out var known) ? known : new Session();
        var isKnown = session.Outgoing is not null;
        session.Outgoing = outgoing;
        _sessions[session.NewToken()] = session;
        object[] streams = session.Room is { } room ? [new { stream = session.Stream, service = "board", room }] : [];
        session.Send(Frame(Welcome, 0, 0, 0, new
        {
            version = 1,
            session = session.Id,
            token = session.Token,
            resumed = isKnown,
            reason = isResume && !isKnown ? "unknown" : null,
            streams,
            window = new { time = 60_000 },
            ack = new { messages = 64, time = 5000 },
        }));
        if (isKnown && session.Room is not null)
        {
            var last = resume.GetProperty("streams").TryGetProperty($"{session.Stream}", out var number) ? number.GetInt32() : 0;
            session.Pushes.Skip(bug == BoardServerBug.ForgetsOnResume ? session.Pushes.Count : bug == BoardServerBug.ReplaysTooMuch ? Math.Max(0, last - 1) : last).ToList().ForEach(session.Send);
        }

        return session;
    }

    private object Answer(Session session, int id, JsonElement body)
    {
        switch (id)
        {
            case Create:
                var key = $"{_strokes.Count}";
                _strokes.Add(key, 0);
                return new { code = 200, room = key };
            case Join:
                var room = body.GetProperty("room").GetString()!;
                if (session.Room is null)
                {
                    session.Enter(room);
                    session.Send(Frame(StreamNotice, 0, 0, 0, new { stream = session.Stream, @event = "opened", service = "board", room }));
                }

                object[] strokes = _strokes[room] == 0 ? [] : [new { id = _strokes[room] }];
                return new { code = 200, room, board = new { strokes } };
            case Leave:
                session.Room = null;
                session.Send(Frame(StreamNotice, 0, 0, 0, new { stream = session.Stream, @event = "closed", service = "board" }));
                return new { code = 200 };
            default:
                return new { code = 200, id = DrawStroke(session.Room!, body.GetProperty("points").Clone()) };
        }
    }

    private int DrawStroke(string room, JsonElement points)
    {
        var id = ++_strokes[room];
        foreach (var member in _sessions.Values.Where(member => member.Room == room))
        {
            if (bug == BoardServerBug.ForgetsAMember && id % 50 == 0 && member.Id == _sessions.Values.First(other => other.Room == room).Id)
            {
                continue;
            }

            member.Push(Frame(Drawn, 4, member.Stream, (uint)member.Pushes.Count + 1, new { stroke = new { id, member = 1, color = 0, points }, first = 1 }));
        }

        return id;
    }

    private sealed class Session
    {
        public string Id { get; } = Guid.NewGuid().ToString("N");

        public string Token { get; private set; } = "";

        public ChannelWriter<byte[]>? Outgoing { get; set; }

        public int Stream { get; private set; }

        public string? Room { get; set; }

        public List<byte[]> Pushes { get; } = [];

        public Dictionary<uint, byte[]> Answers { get; } = [];

        public string NewToken() => Token = Convert.ToBase64String(Encoding.ASCII.GetBytes(Guid.NewGuid().ToString()));

        public void Enter(string room)
        {
            Room = room;
            Stream++;
            Pushes.Clear();
        }

        public void Push(byte[] frame)
        {
            Pushes.Add(frame);
            Send(frame);
        }

        public void Send(byte[] frame) => Outgoing!.TryWrite(frame);
    }
}
