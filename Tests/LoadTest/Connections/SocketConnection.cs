using System.Net.Sockets;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Connections;

/// <summary>
/// One WebSocket connection, driven by socket events and allocating nothing per message. What to do with the bytes that arrive is the derived class's part;
/// it runs under <see cref="Gate"/>, and what it queues meanwhile leaves in one send.
/// </summary>
internal abstract class SocketConnection : IWebSocketSink, IDisposable
{
    /// <summary>Bytes that may wait for a server that does not read.</summary>
    private const int LongestQueue = 1 << 20;
    private const int AbnormalClosure = 1006;
    private const int NormalClosure = 1000;

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receive = new(true);
    private readonly SocketAsyncEventArgs _send = new(true);
    private readonly WebSocketFrameReader _webSocket = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SendBuffer _queued;
    private SendBuffer _leaving;
    private bool _isSending;
    private bool _isClosing;
    private bool _isPaused;
    private bool _isReceiveDue;

    /// <param name="gate">What guards the connection, where it shares that with its owner.</param>
    protected SocketConnection(Socket socket, int receiveBytes, Lock? gate = null)
    {
        Gate = gate ?? new Lock();
        _socket = socket;
        _receive.SetBuffer(new byte[receiveBytes]);
        _receive.Completed += (_, _) => Receive();
        _send.Completed += (_, _) => OnSent();
    }

    /// <summary>Guards all state of the connection, the derived class's too.</summary>
    protected Lock Gate { get; }

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
        if (Consume(early))
        {
            ReceiveNext();
        }
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

    /// <summary>Ends the connection without a word, as a lost network does.</summary>
    public void Cut()
    {
        lock (Gate)
        {
            if (!IsEnded)
            {
                // The kernel forgets what is queued and says nothing to the server but that the connection is reset.
                _socket.LingerState = new LingerOption(true, 0);
                End(AbnormalClosure);
            }
        }
    }

    /// <summary>Stops reading from the socket, or goes on. While it does not read, it does not notice an end either.</summary>
    public void Pause(bool isPaused)
    {
        bool isDue;
        lock (Gate)
        {
            _isPaused = isPaused;
            isDue = !isPaused && _isReceiveDue && !IsEnded;
            _isReceiveDue &= !isDue;
        }

        if (isDue)
        {
            ReceiveNext();
        }
    }

    public void Dispose()
    {
        End(null);
        _receive.Dispose();
        _send.Dispose();
    }

    void IWebSocketSink.OnPayload(ReadOnlySpan<byte> payload) => OnPayload(payload);

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

    /// <summary>Bytes arrived. Called under <see cref="Gate"/>.</summary>
    /// <exception cref="InvalidDataException">They are not what the connection speaks: it is given up.</exception>
    protected abstract void OnPayload(ReadOnlySpan<byte> payload);

    /// <summary>The connection ended. Called once, under <see cref="Gate"/>.</summary>
    protected abstract void OnSocketEnded();

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
            while (Consume(_receive.MemoryBuffer.Span[.._receive.BytesTransferred]) && !IsHeldBack() && !_socket.ReceiveAsync(_receive));
        }
        catch (ObjectDisposedException) when (IsEnded)
        {
            // The other side of a race between closing and receiving.
        }
    }

    private void ReceiveNext()
    {
        try
        {
            if (!_socket.ReceiveAsync(_receive))
            {
                Receive();
            }
        }
        catch (ObjectDisposedException) when (IsEnded)
        {
            // The other side of a race between closing and receiving.
        }
    }

    private bool IsHeldBack()
    {
        lock (Gate)
        {
            _isReceiveDue = _isPaused;
            return _isPaused;
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
            OnSocketEnded();
            _socket.Dispose();
            _ended.SetResult();
        }
    }
}
