using System.Net.WebSockets;

namespace GameCluster.Client.Connections;

/// <summary>The only writer of a socket. Frames leave in the order they were given; who gives them does not wait.</summary>
internal sealed class SendQueue(WebSocket socket)
{
    private readonly object _gate = new();
    private readonly Queue<byte[]> _frames = new();
    private Task _sending = Task.CompletedTask;
    private long _bytes;
    private bool _isSending;
    private bool _isClosed;

    /// <summary>Bytes that wait to be sent.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Takes a frame, unless the queue is closed.</summary>
    public void Send(byte[] frame)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _frames.Enqueue(frame);
            Interlocked.Add(ref _bytes, frame.Length);
            if (!_isSending)
            {
                _isSending = true;
                _sending = Task.Run(SendAllAsync);
            }
        }
    }

    /// <summary>Sends a close frame behind what was given before, and takes no more. Never throws.</summary>
    public async Task CloseAsync(int code, string reason, CancellationToken cancellation)
    {
        Task sending;
        lock (_gate)
        {
            _isClosed = true;
            sending = _sending;
        }

        try
        {
            await sending.ConfigureAwait(false);
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WebSocketException or InvalidOperationException or OperationCanceledException)
        {
            // The socket is gone already, or its peer does not read: it is aborted next.
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            while (Next() is { } frame)
            {
                await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
                Interlocked.Add(ref _bytes, -frame.Length);
            }
        }
        catch (Exception error) when (error is WebSocketException or InvalidOperationException or OperationCanceledException)
        {
            // The reader sees the same end and tells it.
            Close();
        }
    }

    private byte[]? Next()
    {
        lock (_gate)
        {
            _isSending = _frames.TryDequeue(out var frame);
            return frame;
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _isSending = false;
            _frames.Clear();
        }
    }
}
