using System.IO.Pipelines;
using System.Net.WebSockets;
using GameCluster.Gateway.Connections;

namespace GameCluster.Tests.Connections;

/// <summary>Two ends of a WebSocket with next to no space between them: what the server sends is under way until the client reads.</summary>
internal sealed class NarrowSocket : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TwoWayStream _server;
    private readonly WebSocket _client;
    private readonly byte[] _buffer = new byte[BufferSize];

    public NarrowSocket()
    {
        var down = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        var up = new Pipe();
        _server = new TwoWayStream(up.Reader.AsStream(), down.Writer.AsStream());
        Stream = new GatheringStream(_server);
        Server = WebSocket.CreateFromStream(Stream, new WebSocketCreationOptions { IsServer = true });
        _client = WebSocket.CreateFromStream(new TwoWayStream(down.Reader.AsStream(), up.Writer.AsStream()), new WebSocketCreationOptions());
    }

    public WebSocket Server { get; }

    /// <summary>Below <see cref="Server"/>.</summary>
    public GatheringStream Stream { get; }

    /// <summary>How often the server has written to the network.</summary>
    public int Writes => _server.Writes;

    /// <summary>The next message, or null if it is a close.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var length = 0;
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _client.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
            length += received.Count;
        }
        while (!received.EndOfMessage);

        return received.MessageType == WebSocketMessageType.Close ? null : _buffer[..length];
    }

    public void Dispose()
    {
        Server.Dispose();
        _client.Dispose();
    }
}
