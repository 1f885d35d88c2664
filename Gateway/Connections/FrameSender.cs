using System.Buffers;
using System.Net.WebSockets;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;

namespace GameCluster.Gateway.Connections;

/// <summary>
/// The only writer of a socket. A frame goes out at once when nothing waits before it; otherwise it queues, within limits. Frames leave in the order
/// of the calls, each as one WebSocket message.
/// </summary>
internal sealed class FrameSender(WebSocket socket, GatewayOptions limits, GatewayMetrics metrics, TimeProvider time)
{
    private const int MaxReasonBytes = 123;

    private readonly Lock _gate = new();
    private Queue<OutgoingFrame>? _queue;
    private int _queuedBytes;
    private long _frames;
    private long _sendStartedAt;
    private bool _sending;
    private bool _closing;
    private (WebSocketCloseStatus Code, string Reason)? _close;
    private Task _drain = Task.CompletedTask;

    /// <summary>Bytes that wait for the client to read, the send under way not counted.</summary>
    public int QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Frames handed to the socket so far.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>How long the send under way has been waiting for the client; zero if there is none.</summary>
    public TimeSpan StuckFor => Volatile.Read(ref _sendStartedAt) is var startedAt and not 0 ? time.GetElapsedTime(startedAt) : TimeSpan.Zero;

    /// <summary>After <see cref="Close"/>: ends when the close frame has left or could not.</summary>
    public Task Closed => Volatile.Read(ref _drain);

    /// <summary>Sends or queues a frame; refuses it when the queue is full or the socket is closing.</summary>
    public SendResult Send(int messageId, byte[] body)
    {
        var frame = new OutgoingFrame(messageId, body);
        lock (_gate)
        {
            if (_closing)
            {
                return SendResult.Closed;
            }

            if (_sending)
            {
                return Enqueue(frame);
            }

            _sending = true;
        }

        Run(WriteAsync(frame));
        return SendResult.Queued;
    }

    /// <summary>Sends what is queued, then the close frame. Nothing is taken after this; the first close wins.</summary>
    public void Close(WebSocketCloseStatus code, string reason)
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            _closing = true;
            _close = (code, Fit(reason));
            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        Run(ValueTask.CompletedTask);
    }

    /// <summary>As much of a reason as a close frame holds.</summary>
    private static string Fit(string reason)
    {
        var (bytes, end) = (0, 0);
        foreach (var rune in reason.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxReasonBytes)
            {
                return reason[..end];
            }

            end += rune.Utf16SequenceLength;
        }

        return reason;
    }

    private SendResult Enqueue(OutgoingFrame frame)
    {
        if (_queue is { } waiting && (waiting.Count >= limits.SendQueueFrames || _queuedBytes + frame.Length > limits.SendQueueBytes))
        {
            return SendResult.SlowConsumer;
        }

        (_queue ??= new Queue<OutgoingFrame>()).Enqueue(frame);
        _queuedBytes += frame.Length;
        return SendResult.Queued;
    }

    /// <summary>Goes on after a write that mostly has completed already: then no task is made.</summary>
    private void Run(ValueTask write)
    {
        if (write.IsCompletedSuccessfully && !TryTakeNext(out _, peek: true))
        {
            return;
        }

        Volatile.Write(ref _drain, DrainAsync(write));
    }

    private async Task DrainAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
            while (TryTakeNext(out var frame))
            {
                await WriteAsync(frame).ConfigureAwait(false);
            }

            if (_close is { } close)
            {
                await socket.CloseOutputAsync(close.Code, close.Reason, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The socket is broken; the receive loop learns of it and ends the connection. Nobody can be told anything any more.
            Volatile.Write(ref _sendStartedAt, 0);
            lock (_gate)
            {
                _closing = true;
                _queue = null;
                _queuedBytes = 0;
            }
        }
    }

    /// <summary>The next frame; false, and the sender is idle, when there is none. With a close pending the sender stays busy for good.</summary>
    private bool TryTakeNext(out OutgoingFrame frame, bool peek = false)
    {
        lock (_gate)
        {
            frame = default;
            if (_queue is { Count: > 0 } queue)
            {
                if (!peek)
                {
                    frame = queue.Dequeue();
                    _queuedBytes -= frame.Length;
                }

                return true;
            }

            if (_close is null)
            {
                _sending = false;
                return false;
            }

            return peek;
        }
    }

    private ValueTask WriteAsync(OutgoingFrame frame)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(frame.Length);
        FrameWriter.Write(buffer, frame.MessageId, frame.Body);
        var send = socket.SendAsync(buffer.AsMemory(0, frame.Length), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        if (!send.IsCompletedSuccessfully)
        {
            Volatile.Write(ref _sendStartedAt, time.GetTimestamp());
            return AwaitSendAsync(send, buffer, frame.Length);
        }

        OnSent(buffer, frame.Length);
        return ValueTask.CompletedTask;
    }

    private async ValueTask AwaitSendAsync(ValueTask send, byte[] buffer, int length)
    {
        await send.ConfigureAwait(false);
        Volatile.Write(ref _sendStartedAt, 0);
        OnSent(buffer, length);
    }

    private void OnSent(byte[] buffer, int length)
    {
        metrics.OnSent(length);
        _frames++;
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private readonly record struct OutgoingFrame(int MessageId, byte[] Body)
    {
        public int Length => FrameWriter.GetLength(Body.Length);
    }
}
