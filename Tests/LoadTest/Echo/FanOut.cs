using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace GameCluster.LoadTest.Echo;

/// <summary>The least that a room can cost: one loop writes each message to every socket, one message at a time, without queues, numbers and a log.</summary>
internal sealed class FanOut
{
    private const int BufferBytes = 16 * 1024;

    private readonly ConcurrentDictionary<WebSocket, bool> _sockets = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Keeps the socket among those written to until it closes.</summary>
    public async Task ServeAsync(WebSocket socket, CancellationToken stopping)
    {
        _sockets[socket] = true;
        try
        {
            // A small one to wait with: listeners say nothing.
            var first = new byte[1];
            var buffer = Array.Empty<byte>();
            while (await socket.ReceiveAsync(first.AsMemory(), stopping) is { MessageType: not WebSocketMessageType.Close } received)
            {
                buffer = buffer.Length == 0 ? new byte[BufferBytes] : buffer;
                buffer[0] = first[0];
                var length = received.Count;
                while (!received.EndOfMessage)
                {
                    received = await socket.ReceiveAsync(buffer.AsMemory(length), stopping);
                    length += received.Count;
                }

                await WriteToAllAsync(buffer.AsMemory(0, length), stopping);
            }
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }

    private async Task WriteToAllAsync(ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        await _turn.WaitAsync(stopping);
        try
        {
            foreach (var (socket, _) in _sockets)
            {
                await WriteAsync(socket, message, stopping);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async ValueTask WriteAsync(WebSocket socket, ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, stopping);
        }
        catch (WebSocketException)
        {
            // It has just gone; its own loop takes it out.
        }
    }
}
