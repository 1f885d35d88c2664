using System.Net.Sockets;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Connections;

/// <summary>
/// One WebSocket connection to a game server, driven by socket events and allocating nothing per message. What to do with the frames that
/// arrive is the derived class's part; it runs under <see cref="Gate"/>, and what it queues meanwhile leaves in one send.
/// </summary>
internal abstract class GameConnection : IWebSocketSink, IGameFrameSink, IDisposable
{
    /// <summary>Bytes that may wait for a server that does not read.</summary>
    private const int LongestQueue = 1 << 20;
    private const int AbnormalClosure = 1006;
    private const int NormalClosure = 1000;

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receive = new(true);
    private readonly SocketAsyncEventArgs _send = new(true);
    private readonly WebSocketFrameReader _webSocket = new();
    private readonly GameFrameReader _frames = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SendBuffer _queued;
    private SendBuffer _leaving;
    private bool _isSending;
    private bool _isClosing;
    private int _openingId;
    private TaskCompletionSource<bool>? _opening;

    protected GameConnection(Socket socket, int receiveBytes)
    {
        _socket = socket;
        _receive.SetBuffer(new byte[receiveBytes]);
        _receive.Completed += (_, _) => Receive();
        _send.Completed += (_, _) => OnSent();
    }

    /// <summary>Guards all state of the connection, the derived class's too.</summary>
    protected Lock Gate { get; } = new();

    public bool IsEnded { get; private set; }

    /// <summary>The code with which the server ended the connection: 1006 without a close frame; null while open or when this side closed first.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>Why this side gave the connection up, when the server broke a protocol.</summary>
    public string? Violation { get; private set; }

    /// <summary>Completes when the connection has ended, whoever ended it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins to receive.</summary>
    /// <param name="early">Bytes that came together with the upgrade response.</param>
    public void Start(byte[] early)
    {
        if (Consume(early) && !_socket.ReceiveAsync(_receive))
        {
            Receive();
        }
    }

    /// <summary>Sends an opening message and awaits its reply.</summary>
    /// <returns>False when the reply is an error frame or the connection ended.</returns>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<bool> OpenAsync(OpeningMessage message, int index, TimeSpan timeout, CancellationToken cancellation)
    {
        var reply = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Gate)
        {
            if (!TryQueue(WebSocketFrameWriter.GameFrame(message.MessageId, message.BodyFor(index))))
            {
                return false;
            }

            _openingId = message.MessageId;
            _opening = reply;
            Flush();
        }

        return await reply.Task.WaitAsync(timeout, cancellation);
    }

    /// <summary>Sends a close frame; the server's own ends the connection.</summary>
    public void BeginClose()
    {
        lock (Gate)
        {
            if (!_isClosing)
            {
                _isClosing = true;
                TryQueue(WebSocketFrameWriter.Close(NormalClosure));
                Flush();
            }
        }
    }

    public void Dispose()
    {
        End(null);
        _receive.Dispose();
        _send.Dispose();
    }

    void IGameFrameSink.OnFrame(int messageId, ReadOnlySpan<byte> body)
    {
        if (_opening is null)
        {
            OnFrame(messageId, body);
        }
        else if (messageId == _openingId)
        {
            _opening.SetResult(!GameFrame.IsError(body));
            _opening = null;
        }
    }

    void IWebSocketSink.OnPayload(ReadOnlySpan<byte> payload) => _frames.Read(payload, this);

    void IWebSocketSink.OnPing(ReadOnlySpan<byte> payload) => TryQueue(WebSocketFrameWriter.Pong(payload));

    void IWebSocketSink.OnClose(int code)
    {
        if (!_isClosing)
        {
            TryQueue(WebSocketFrameWriter.Close(NormalClosure));
            Flush();
        }

        End(code);
    }

    /// <summary>A frame arrived. Called under <see cref="Gate"/>.</summary>
    protected abstract void OnFrame(int messageId, ReadOnlySpan<byte> body);

    /// <summary>The connection ended. Called once, under <see cref="Gate"/>.</summary>
    protected abstract void OnEnded();

    /// <summary>Queues bytes for the next <see cref="Flush"/>. Call under <see cref="Gate"/>.</summary>
    /// <returns>False when the connection has ended or the server has not read for long: nothing was queued.</returns>
    protected bool TryQueue(ReadOnlySpan<byte> bytes)
    {
        var isQueued = !IsEnded && _queued.Count + bytes.Length <= LongestQueue;
        if (isQueued)
        {
            bytes.CopyTo(_queued.Append(bytes.Length));
        }

        return isQueued;
    }

    /// <summary>Sends what is queued, as one piece, unless a send is under way; then it follows that one. Call under <see cref="Gate"/>.</summary>
    protected void Flush()
    {
        while (!_isSending && !IsEnded && _queued.Count > 0)
        {
            (_queued, _leaving) = (_leaving, _queued);
            _queued.Clear();
            _send.SetBuffer(_leaving.Bytes, 0, _leaving.Count);
            _isSending = _socket.SendAsync(_send);
            if (!_isSending && _send.SocketError != SocketError.Success)
            {
                End(AbnormalClosure);
            }
        }
    }

    private void OnSent()
    {
        lock (Gate)
        {
            _isSending = false;
            if (_send.SocketError == SocketError.Success)
            {
                Flush();
            }
            else
            {
                End(AbnormalClosure);
            }
        }
    }

    private void Receive()
    {
        try
        {
            do
            {
                if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
                {
                    End(AbnormalClosure);
                    return;
                }
            }
            while (Consume(_receive.MemoryBuffer.Span[.._receive.BytesTransferred]) && !_socket.ReceiveAsync(_receive));
        }
        catch (ObjectDisposedException) when (IsEnded)
        {
            // The other side of a race between closing and receiving.
        }
    }

    private bool Consume(ReadOnlySpan<byte> data)
    {
        lock (Gate)
        {
            try
            {
                _webSocket.Read(data, this);
                Flush();
            }
            catch (InvalidDataException e)
            {
                Violation = e.Message;
                End(null);
            }

            return !IsEnded;
        }
    }

    private void End(int? code)
    {
        lock (Gate)
        {
            if (IsEnded)
            {
                return;
            }

            IsEnded = true;
            CloseCode = _isClosing ? null : code;
            _opening?.SetResult(false);
            _opening = null;
            OnEnded();
            _socket.Dispose();
            _ended.SetResult();
        }
    }
}
