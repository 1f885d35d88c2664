using System.Net.WebSockets;
using GameCluster.Client.Protocol;

namespace GameCluster.Client.Connections;

/// <summary>One socket, from hello to its end. It is run once.</summary>
internal sealed class Connection
{
    /// <summary>Welcome itself must fit into this; afterwards the server keeps to its own limit.</summary>
    private const int FrameLimit = 1 << 20;

    private const int BufferSize = 16 * 1024;

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly IConnectionOwner _owner;
    private readonly ClientWebSocket _socket = new();
    private readonly SendQueue _sender;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<ConnectionEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _welcomed;
    private TimeSpan _retryAfter;

    public Connection(IConnectionOwner owner)
    {
        _owner = owner;
        _sender = new SendQueue(_socket);
#if NET
        _socket.Options.CollectHttpResponseDetails = true;
#endif

        // The server's pings are answered while this client reads, and its own are frames.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
    }

    /// <summary>Bytes that wait to be sent.</summary>
    public long WaitingBytes => _sender.Bytes;

    /// <summary>Completes when the socket is gone, some time after the end.</summary>
    public Task Left { get; private set; } = Task.CompletedTask;

    /// <summary>Connects, says hello and reads until the end, whoever makes it. Does not throw.</summary>
    public async Task<ConnectionEnd> RunAsync(Uri address, Hello hello, TimeSpan attemptTimeout)
    {
        using var limit = new Timer(_ => AbandonUnlessWelcomed(), null, attemptTimeout, Timeout.InfiniteTimeSpan);
        var reading = Task.Run(() => ReadAsync(address, hello));
        var end = await _end.Task.ConfigureAwait(false);
        Left = LeaveAsync(reading, end);
        return end with { Welcomed = _welcomed, RetryAfter = _retryAfter };
    }

    /// <summary>Sends a frame; nothing happens on a connection that is gone, as its end is told anyway.</summary>
    public void Send(Frame frame) => _sender.Send(frame.ToBytes());

    /// <summary>Ends the session with the connection.</summary>
    public void Close() => End(CloseCodes.Normal, "");

    /// <summary>Gives this connection up without waiting for the other side; the session can be resumed.</summary>
    public void Abandon(string reason) => End(CloseCodes.GivenUp, reason);

    private void AbandonUnlessWelcomed()
    {
        if (!_welcomed)
        {
            Abandon("no welcome in time");
        }
    }

    private void End(int code, string reason, GameException? refusal = null) => _end.TrySetResult(new(code, reason, Welcomed: false, TimeSpan.Zero, refusal));

    private async Task LeaveAsync(Task reading, ConnectionEnd end)
    {
        var code = end.Code == CloseCodes.Abnormal ? CloseCodes.GivenUp : end.Code;
        await Task.WhenAny(_sender.CloseAsync(code, end.Reason, _stop.Token), Task.Delay(CloseLimit)).ConfigureAwait(false);
        await Task.WhenAny(reading, Task.Delay(CloseLimit)).ConfigureAwait(false);
        _stop.Cancel();
        _socket.Abort();
        await reading.ConfigureAwait(false);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(Uri address, Hello hello)
    {
        try
        {
            await _socket.ConnectAsync(address, _stop.Token).ConfigureAwait(false);
            Send(ProtocolJson.ToFrame(SystemId.Hello, hello));
            await ReadMessagesAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or InvalidOperationException)
        {
            ReadRetryAfter();
            End(CloseCodes.Abnormal, error.Message);
        }
    }

    /// <summary>The server has answered the request for the upgrade in another way (P0-47).</summary>
    private void ReadRetryAfter()
    {
#if NET
        if (_socket.HttpResponseHeaders is { } headers && headers.TryGetValue("Retry-After", out var values) && int.TryParse(values.FirstOrDefault(), out var seconds))
        {
            _retryAfter = TimeSpan.FromSeconds(Math.Max(0, seconds));
        }
#endif
    }

    private async Task ReadMessagesAsync()
    {
        var reader = new FrameReader(FrameLimit);
        var buffer = new byte[BufferSize];
        var isFirst = true;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                End((int)(_socket.CloseStatus ?? WebSocketCloseStatus.Empty), _socket.CloseStatusDescription ?? "");
                return;
            }

            var input = buffer.AsMemory(0, received.Count);
            if (isFirst && Version0Error.IsOne(input.Span))
            {
                var refusal = Version0Error.Read(input.Span);
                End(CloseCodes.Normal, refusal.Message, refusal);
            }

            isFirst = false;
            ReadFrames(reader, input.Span);
            await _owner.RoomAsync().ConfigureAwait(false);
        }
    }

    private void ReadFrames(FrameReader reader, ReadOnlySpan<byte> input)
    {
        FrameReadResult result;
        while (!_end.Task.IsCompleted && (result = reader.Read(ref input, out var frame)) != FrameReadResult.NeedMore)
        {
            if (result == FrameReadResult.Frame)
            {
                Take(frame);
            }
            else
            {
                Abandon($"bytes that are not version 1: {result}");
            }
        }
    }

    private void Take(Frame frame)
    {
        if (_welcomed)
        {
            _owner.Received(this, frame);
        }
        else if (frame.MessageId == SystemId.Welcome && ProtocolJson.TryRead<Welcome>(frame.Body) is { Version: Frame.Version, Token: not null } welcome)
        {
            _welcomed = true;
            _owner.Welcomed(this, welcome);
        }
        else if (frame.MessageId == SystemId.Busy && ProtocolJson.TryRead<Busy>(frame.Body) is { } busy)
        {
            // The server closes (P1-47).
            _retryAfter = TimeSpan.FromMilliseconds(Math.Max(0, busy.Retry));
        }
        else
        {
            Abandon("no welcome where one had to be");
        }
    }
}
