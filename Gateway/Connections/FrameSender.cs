using System.Buffers;
using System.Net.WebSockets;
using GameCluster.Gateway.Diagnostics;
using GameCluster.Gateway.Protocol;
using GameCluster.Gateway.Sessions;
using GameCluster.Services;

namespace GameCluster.Gateway.Connections;

/// <summary>
/// The only writer of a socket. A frame goes out at once when nothing waits before it; otherwise it queues, within limits. Frames leave in the order
/// of the calls; in version 0 each is a WebSocket message of its own, and those that are ready together share a write to the socket. Where they are too many, those go first that may be lost.
/// </summary>
internal sealed class FrameSender(WebSocket socket, GatheringStream stream, GatewayOptions limits, GatewayMetrics metrics, TimeProvider time)
{
    private const int MaxReasonBytes = 123;
    private const int MaxSharedBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private Queue<OutgoingFrame>? _queue;
    private int _queuedBytes;
    private int _headerSize = FrameHeader.Size;
    private long _frames;
    private long _sendStartedAt;
    private bool _sending;
    private int _corks;

    // Both belong to whoever sends: whether frames wait behind the one being sent, and the bytes that wait in the stream for the last of them.
    private bool _more;
    private int _gathered;
    private bool _closing;
    private (WebSocketCloseStatus Code, string Reason)? _close;
    private TaskCompletionSource? _closed;

    /// <summary>Bytes that wait for the client to read, the send under way not counted.</summary>
    public int QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Frames handed to the socket so far.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>How long the send under way has been waiting for the client; zero if there is none.</summary>
    public TimeSpan StuckFor => Volatile.Read(ref _sendStartedAt) is var startedAt and not 0 ? time.GetElapsedTime(startedAt) : TimeSpan.Zero;

    /// <summary>After <see cref="Close"/>: ends when the close frame has left or could not.</summary>
    public Task Closed => Volatile.Read(ref _closed)?.Task ?? Task.CompletedTask;

    /// <summary>From the next frame on, frames are those of version 1, and what is ready together shares a message.</summary>
    public void UseSessionFrames()
    {
        lock (_gate)
        {
            _headerSize = SessionFrame.Size;
            _queuedBytes += (SessionFrame.Size - FrameHeader.Size) * (_queue?.Count ?? 0);
        }
    }

    /// <summary>Sends or queues a frame; refuses it when the queue is full or the socket is closing.</summary>
    public SendResult Send(in OutgoingFrame frame)
    {
        bool isFirst;
        lock (_gate)
        {
            if (_closing)
            {
                return SendResult.Closed;
            }

            isFirst = _queue is not { Count: > 0 };
            if (_sending || (_corks > 0 && (isFirst || (_queuedBytes + LengthOf(frame) <= MaxSharedBytes && Fits(frame)))))
            {
                return Enqueue(frame);
            }

            _sending = true;
        }

        if (isFirst)
        {
            Run(WriteAsync(frame));
            return SendResult.Queued;
        }

        // Corked, and enough to let go.
        Run(ValueTask.CompletedTask);
        return Send(frame);
    }

    /// <summary>Frames wait for each other until <see cref="Uncork"/>, unless they are many.</summary>
    public void Cork()
    {
        lock (_gate)
        {
            _corks++;
        }
    }

    /// <summary>The last one lets go what has come together.</summary>
    public void Uncork()
    {
        lock (_gate)
        {
            if (--_corks > 0 || _sending || _queue is not { Count: > 0 })
            {
                return;
            }

            _sending = true;
        }

        Run(ValueTask.CompletedTask);
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
            Volatile.Write(ref _closed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
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

    private int LengthOf(in OutgoingFrame frame) => _headerSize + frame.Body.Length;

    private SendResult Enqueue(in OutgoingFrame frame)
    {
        _queue ??= new Queue<OutgoingFrame>();
        if (frame.Class == DeliveryClass.Latest)
        {
            var newest = frame;
            Remove(earlier => newest.Replaces(earlier));
        }

        if (!Fits(frame))
        {
            if (frame.Class == DeliveryClass.Droppable)
            {
                return SendResult.Queued;
            }

            Remove(static waiting => waiting.Class == DeliveryClass.Droppable);
            if (!Fits(frame))
            {
                return SendResult.SlowConsumer;
            }
        }

        _queue.Enqueue(frame);
        _queuedBytes += LengthOf(frame);
        return SendResult.Queued;
    }

    private bool Fits(in OutgoingFrame frame) =>
        _queue!.Count == 0 || (_queue.Count < limits.SendQueueFrames && _queuedBytes + LengthOf(frame) <= limits.SendQueueBytes);

    /// <summary>Takes frames out of the queue that need not be sent.</summary>
    private void Remove(Predicate<OutgoingFrame> superfluous)
    {
        for (var i = _queue!.Count; i > 0; i--)
        {
            var frame = _queue.Dequeue();
            if (superfluous(frame))
            {
                _queuedBytes -= LengthOf(frame);
            }
            else
            {
                _queue.Enqueue(frame);
            }
        }
    }

    /// <summary>Goes on after a write that mostly has completed already: then no task is made.</summary>
    private void Run(ValueTask write)
    {
        if (write.IsCompletedSuccessfully && !TryTakeNext(out _, out _, peek: true))
        {
            return;
        }

        _ = DrainAsync(write);
    }

    private async Task DrainAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
            while (TryTakeNext(out var frame, out var close))
            {
                if (close is { } last)
                {
                    await socket.CloseOutputAsync(last.Code, last.Reason, CancellationToken.None).ConfigureAwait(false);
                    _closed!.TrySetResult();
                    return;
                }

                await WriteAsync(frame).ConfigureAwait(false);
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

            _closed?.TrySetResult();
        }
    }

    /// <summary>The next frame, or after the last one the close; false, and the sender is idle, when there is neither. With a close pending the sender stays busy for good.</summary>
    private bool TryTakeNext(out OutgoingFrame frame, out (WebSocketCloseStatus Code, string Reason)? close, bool peek = false)
    {
        lock (_gate)
        {
            (frame, close) = (default, null);
            if (_queue is { Count: > 0 } queue)
            {
                if (!peek)
                {
                    frame = queue.Dequeue();
                    _queuedBytes -= LengthOf(frame);
                    _more = queue.Count > 0;
                }

                return true;
            }

            if (_close is null)
            {
                _sending = false;
                return false;
            }

            close = _close;
            return true;
        }
    }

    private ValueTask WriteAsync(in OutgoingFrame frame)
    {
        if (_headerSize != FrameHeader.Size)
        {
            return WriteSharedAsync(frame);
        }

        var length = LengthOf(frame);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        stream.MoreFollows = _more && _gathered + length < MaxSharedBytes;
        _gathered = stream.MoreFollows ? _gathered + length : 0;
        FrameWriter.Write(buffer, frame.MessageId, frame.Body);
        return SendAsync(buffer, length, frames: 1);
    }

    /// <summary>Writes a frame and those that wait behind it into one message.</summary>
    private ValueTask WriteSharedAsync(in OutgoingFrame first)
    {
        stream.MoreFollows = false;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(LengthOf(first), Volatile.Read(ref _queuedBytes) == 0 ? 0 : MaxSharedBytes));
        var length = first.Session.Write(buffer, first.MessageId, first.Body);
        var frames = 1;
        while (TryTakeFitting(Math.Min(MaxSharedBytes, buffer.Length) - length, out var next))
        {
            length += next.Session.Write(buffer.AsSpan(length), next.MessageId, next.Body);
            frames++;
        }

        return SendAsync(buffer, length, frames);
    }

    private bool TryTakeFitting(int room, out OutgoingFrame frame)
    {
        frame = default;
        if (Volatile.Read(ref _queuedBytes) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            if (_queue is not { Count: > 0 } queue || LengthOf(queue.Peek()) > room)
            {
                return false;
            }

            frame = queue.Dequeue();
            _queuedBytes -= LengthOf(frame);
            return true;
        }
    }

    private ValueTask SendAsync(byte[] buffer, int length, int frames)
    {
        var send = socket.SendAsync(buffer.AsMemory(0, length), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        if (!send.IsCompletedSuccessfully)
        {
            Volatile.Write(ref _sendStartedAt, time.GetTimestamp());
            return AwaitSendAsync(send, buffer, length, frames);
        }

        OnSent(buffer, length, frames);
        return ValueTask.CompletedTask;
    }

    private async ValueTask AwaitSendAsync(ValueTask send, byte[] buffer, int length, int frames)
    {
        await send.ConfigureAwait(false);
        Volatile.Write(ref _sendStartedAt, 0);
        OnSent(buffer, length, frames);
    }

    private void OnSent(byte[] buffer, int length, int frames)
    {
        metrics.OnSent(frames, length);
        _frames += frames;
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
