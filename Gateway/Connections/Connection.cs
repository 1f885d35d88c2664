using System.Net.WebSockets;
using System.Security.Cryptography;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using GameCluster.Sessions;

namespace GameCluster.Gateway.Connections;

/// <summary>One client's socket: reads frames into its session and sends what comes back.</summary>
internal sealed class Connection : IClientConnection
{
    /// <summary>Enough for most messages, and small, as an idle client keeps it.</summary>
    private const int ReadBufferSize = 1024;

    private const int FreeFragments = 64;
    private const int BytesPerFragment = 64;

    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly GatewayOptions _limits;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly GatheringStream _stream;
    private readonly FrameSender _sender;
    private readonly FrameReader _reader;
    private readonly SessionContext _context;
    private readonly byte[] _buffer = new byte[ReadBufferSize];
    private readonly CancellationToken _gone;
    private Session _session;
    private Frame? _hello;
    private int _unread;
    private bool _hasBegun;
    private bool _isNumbered;
    private long _leaveAt;
    private volatile bool _leaving;
    private int _messageBytes;
    private int _messageReads;
    private long _incompleteSince;
    private long _closingSince;
    private volatile bool _isHeld;

    // These belong to whoever looks at the time-outs.
    private int _readsSeen;
    private long _heardAt;
    private long _pingedAt;

    /// <param name="gone">Cancelled when nobody is at the other end any more.</param>
    public Connection(WebSocket socket, GatheringStream stream, string remoteAddress, SessionContext context, CancellationToken gone)
    {
        _socket = socket;
        _context = context;
        _limits = context.Options.Value;
        _metrics = context.Metrics;
        _time = context.Time;
        _stream = stream;
        _heardAt = _time.GetTimestamp();
        _sender = new FrameSender(socket, stream, _limits, context.Metrics, _time);
        _reader = new FrameReader(_limits.MaxFrameBytes);
        RemoteAddress = remoteAddress;
        _gone = gone;
        _session = new Session(SessionId.Create(), this, context);
        context.Sessions.Add(_session);
    }

    public string RemoteAddress { get; }

    public int QueuedBytes => _sender.QueuedBytes;

    public long FramesOut => _sender.Frames;

    /// <summary>Whether nobody is at the other end any more.</summary>
    public bool IsGone => _gone.IsCancellationRequested;

    /// <summary>Why the connection was closed, for the metrics; a client's own code counts as normal.</summary>
    public CloseCode? ClosedWith { get; private set; }

    public SendResult Send(int messageId, byte[] body) => Send(new OutgoingFrame(messageId, body));

    public SendResult Send(in OutgoingFrame frame)
    {
        var result = _sender.Send(frame);
        if (result == SendResult.SlowConsumer)
        {
            CloseSlowConsumer();
        }

        return result;
    }

    public void Cork() => _sender.Cork();

    public void Uncork() => _sender.Uncork();

    public void Close(CloseCode code, string reason) => Close(code, reason, null);

    /// <summary>Takes no more frames and closes once those taken are answered, or <paramref name="now"/>. To be called again until the connection has gone.</summary>
    public void Leave(CloseCode code, string reason, bool now)
    {
        if (_isNumbered && !now && !HasTimeToLeave(reason))
        {
            return;
        }

        _leaving = true;
        if (now || _session.IsAnswered)
        {
            Close(code, reason);
        }
    }

    /// <summary>Reads until the connection ends, for whatever reason, and then ends the session.</summary>
    public async Task RunAsync()
    {
        var broke = false;
        try
        {
            await ReceiveAsync().ConfigureAwait(false);
            if (_closingSince == 0 && _socket.CloseStatus == WebSocketCloseStatus.NormalClosure)
            {
                _session.OnFarewell();
            }
        }
        catch (WebSocketException broken) when (broken.WebSocketErrorCode == WebSocketError.Faulted)
        {
            // The client broke the WebSocket protocol. The socket has said so in a close frame and is of no use any more.
            Close(CloseCode.ProtocolError, "");
            broke = true;
        }
        catch (WebSocketException)
        {
            // The client went away without a word.
        }
        catch (OperationCanceledException)
        {
            // Aborted: by a time-out, by the server's shutdown or by a slow reader.
        }
        finally
        {
            _session.End();
        }

        await LeaveAsync().ConfigureAwait(false);
        if (broke)
        {
            await LingerAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Called several times a second: closes what is idle, incomplete, stuck, slow to say good-bye or not there any more.</summary>
    public void CheckTimeouts()
    {
        if (_closingSince is var closing and not 0)
        {
            if (_time.GetElapsedTime(closing) > _limits.SendTimeout)
            {
                _socket.Abort();
            }
        }
        else if (_sender.StuckFor > _limits.SendTimeout)
        {
            CloseSlowConsumer();
        }
        else if (Volatile.Read(ref _incompleteSince) is var since and not 0 && _time.GetElapsedTime(since) > _limits.FrameTimeout)
        {
            Close(CloseCode.ProtocolError, "frame not completed in time");
        }
        else if (_limits.IdleTimeout > TimeSpan.Zero && _session.SilentFor > _limits.IdleTimeout)
        {
            Close(CloseCode.Normal, "idle");
        }
        else if (_limits.KeepAliveInterval > TimeSpan.Zero)
        {
            CheckAlive(_limits.KeepAliveInterval);
        }
    }

    /// <summary>Pings a client that has not been heard of for a while, and gives it up if nothing comes for as long again.</summary>
    private void CheckAlive(TimeSpan interval)
    {
        if (_stream.Reads is var reads && (reads != _readsSeen || _isHeld))
        {
            (_readsSeen, _heardAt, _pingedAt) = (reads, _time.GetTimestamp(), 0);
        }
        else if (_pingedAt != 0)
        {
            if (_time.GetElapsedTime(_pingedAt) > interval)
            {
                _socket.Abort();
            }
        }
        else if (_time.GetElapsedTime(_heardAt) > interval && _stream.TryPing())
        {
            _pingedAt = _time.GetTimestamp();
        }
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var receive = _socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None);
            if (!receive.IsCompleted)
            {
                // Everything that was there has been taken: it leaves together.
                _session.Flush();
            }

            var received = await receive.ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            if (_closingSince != 0 || _leaving)
            {
                continue;
            }

            Accept(received, _buffer.AsSpan(0, received.Count));
            if (_hello is not null)
            {
                await BeginAsync(received).ConfigureAwait(false);
            }

            if (_session.IsFull)
            {
                // The client's time does not run while nothing is read.
                Volatile.Write(ref _incompleteSince, 0);
                _session.Flush();
                _isHeld = true;
                await _session.WaitForRoomAsync().ConfigureAwait(false);
                _isHeld = false;
            }

            OnTaken(received.EndOfMessage);
        }
    }

    /// <summary>A piece of a message has been taken: what is incomplete now has to become complete in time.</summary>
    private void OnTaken(bool endOfMessage)
    {
        if (endOfMessage)
        {
            _messageBytes = 0;
            _messageReads = 0;
        }

        if (!endOfMessage || _reader.IsMidFrame)
        {
            MarkIncomplete();
        }
        else if (_incompleteSince != 0)
        {
            Volatile.Write(ref _incompleteSince, 0);
        }
    }

    /// <summary>Lets what is queued, the close frame last, leave before the socket goes.</summary>
    private async Task LeaveAsync()
    {
        Close(CloseCode.Normal, "", _socket.CloseStatus);
        try
        {
            await _sender.Closed.WaitAsync(_limits.SendTimeout, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _socket.Abort();
        }
    }

    /// <summary>Lets the client read why, as the connection is reset when this class is done with it.</summary>
    private async Task LingerAsync()
    {
        try
        {
            await Task.Delay(LingerTime, _time, _gone).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It has.
        }
    }

    /// <summary>Closes with the client's own code where it has closed first.</summary>
    private void Close(CloseCode code, string reason, WebSocketCloseStatus? clientCode)
    {
        if (Interlocked.CompareExchange(ref _closingSince, _time.GetTimestamp(), 0) == 0)
        {
            ClosedWith = code;
            _sender.Close(clientCode ?? (WebSocketCloseStatus)(int)code, reason);
        }
    }

    private void MarkIncomplete()
    {
        if (_incompleteSince == 0)
        {
            Volatile.Write(ref _incompleteSince, _time.GetTimestamp());
        }
    }

    /// <summary>Takes a piece of a message, or closes the connection if it breaks a rule.</summary>
    private void Accept(ValueWebSocketReceiveResult received, ReadOnlySpan<byte> bytes)
    {
        _messageBytes += bytes.Length;
        _messageReads++;
        if (_messageBytes > _limits.MaxFrameBytes)
        {
            Close(CloseCode.TooBig, $"message longer than {_limits.MaxFrameBytes} bytes");
            return;
        }

        if (_messageReads > FreeFragments + (_messageBytes / BytesPerFragment))
        {
            Close(CloseCode.PolicyViolation, "too many fragments");
            return;
        }

        var framesBefore = _session.FramesIn;
        ReadFrames(bytes, received.MessageType);
        _metrics.OnReceived((int)(_session.FramesIn - framesBefore), bytes.Length);
    }

    private void ReadFrames(ReadOnlySpan<byte> bytes, WebSocketMessageType type)
    {
        while (true)
        {
            switch (_reader.Read(ref bytes, out var frame))
            {
                case FrameReadResult.Frame:
                    Volatile.Write(ref _incompleteSince, 0);
                    if (!Take(frame))
                    {
                        _unread = bytes.Length;
                        return;
                    }

                    break;
                case FrameReadResult.NeedMore:
                    return;
                case FrameReadResult.TooLong when type == WebSocketMessageType.Binary:
                    Close(CloseCode.TooBig, $"frame longer than {_limits.MaxFrameBytes} bytes");
                    return;
                default:
                    Close(CloseCode.ProtocolError, type == WebSocketMessageType.Text ? "text without a 12-byte frame header" : "bad frame length");
                    return;
            }
        }
    }

    /// <summary>Hands a frame to the session. False if nothing more is to be read for now.</summary>
    private bool Take(in Frame frame)
    {
        if (_isNumbered)
        {
            if (frame.Version == SessionFrame.Version && _session.ReceiveNumbered(frame))
            {
                return true;
            }

            Close(CloseCode.ProtocolError, "not a frame of version 1 that a client may send now");
            return false;
        }

        if (!_hasBegun)
        {
            _hasBegun = true;
            if (frame is { MessageId: SystemMessage.Hello, Version: SessionFrame.Version })
            {
                _hello = frame;
                return false;
            }
        }

        _session.Receive(frame);
        return true;
    }

    /// <summary>Answers a hello, and reads on where it was met.</summary>
    private async ValueTask BeginAsync(ValueWebSocketReceiveResult received)
    {
        var hello = _hello!.Value;
        _hello = null;
        if (await new Handshake(this, _context).AnswerAsync(hello, _session).ConfigureAwait(false) is { } session)
        {
            _session = session;
        }

        if (_closingSince == 0)
        {
            ReadFrames(_buffer.AsSpan(received.Count - _unread, _unread), received.MessageType);
        }
    }

    /// <summary>Speaks version 1 from now on, in both directions.</summary>
    public void UseSessionFrames()
    {
        _isNumbered = true;
        _reader.UseSessionFrames();
        _sender.UseSessionFrames();
    }

    /// <summary>Asks a client that can resume elsewhere to do so; true when it has had the time.</summary>
    private bool HasTimeToLeave(string reason)
    {
        if (_leaveAt == 0)
        {
            // Not all at the same time.
            var delay = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(1 + (int)(_limits.DrainTimeout / 5).TotalMilliseconds));
            _session.SendSystem(SystemMessage.GoAway, static going => SystemBody.GoAway(going.Delay, going.Reason), (Delay: delay, Reason: reason));
            _leaveAt = _time.GetTimestamp() + (long)((delay + LingerTime).TotalSeconds * _time.TimestampFrequency);
        }

        return _time.GetTimestamp() >= _leaveAt;
    }

    /// <summary>A client that does not read will hardly read a close frame in time either: it is tried, and <see cref="CheckTimeouts"/> ends the wait.</summary>
    private void CloseSlowConsumer() => Close(CloseCode.SlowConsumer, "slow consumer");
}
