using System.Buffers;

namespace GameCluster.Gateway.Connections;

/// <summary>
/// A client's stream below its WebSocket, where messages that are ready together leave in one write to the socket. The WebSocket itself writes each of its messages by itself, and
/// with sockets handled in place that is a call to the kernel for each.
/// </summary>
/// <remarks>
/// The WebSocket never writes twice at a time; so what it writes of its own accord (a pong, a close) takes its place among the messages. Pings are written here, between its frames, as its own
/// way to make them takes a timer for each client. See docs/decisions/0029-one-timer-for-pings.md.
/// </remarks>
internal sealed class GatheringStream(Stream inner) : DuplexStream(inner)
{
    /// <summary>A WebSocket frame of its own: final, ping, no payload.</summary>
    private static readonly byte[] Ping = [0x89, 0x00];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private byte[]? _gathered;
    private int _length;
    private int _reads;

    /// <summary>Whether another message follows at once: then what is written waits for it. Belongs to whoever sends the messages.</summary>
    public bool MoreFollows { get; set; }

    /// <summary>Grows whenever something has come from the client, pongs included.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // What was asked for before has come.
        Volatile.Write(ref _reads, _reads + 1);
        return Inner.ReadAsync(buffer, cancellationToken);
    }

    /// <summary>Sends a ping, unless something else is being written. One that cannot leave is not heard of here: the socket is broken, or its client does not read.</summary>
    public bool TryPing()
    {
        if (!_turn.Wait(0))
        {
            return false;
        }

        _ = PingAsync();
        return true;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!MoreFollows && _length == 0)
        {
            return WriteInTurn(buffer, cancellationToken);
        }

        Gather(buffer.Span);
        return MoreFollows ? ValueTask.CompletedTask : WriteGatheredAsync(cancellationToken);
    }

    /// <summary>Without a task, mostly: nothing but a ping can be under way, and the socket takes what is written at once.</summary>
    private ValueTask WriteInTurn(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!_turn.Wait(0, CancellationToken.None))
        {
            return WriteAfterPingAsync(bytes, cancellationToken);
        }

        var finished = true;
        try
        {
            var write = Inner.WriteAsync(bytes, cancellationToken);
            finished = write.IsCompletedSuccessfully;
            return finished ? write : FinishAsync(write);
        }
        finally
        {
            if (finished)
            {
                _turn.Release();
            }
        }
    }

    private async ValueTask WriteAfterPingAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Inner.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask FinishAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task PingAsync()
    {
        try
        {
            await Inner.WriteAsync(Ping).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whoever reads, or writes next, learns of it.
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Gather(ReadOnlySpan<byte> bytes)
    {
        var needed = _length + bytes.Length;
        if (_gathered is null || _gathered.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 4096));
            if (_gathered is { } smaller)
            {
                smaller.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(smaller);
            }

            _gathered = larger;
        }

        bytes.CopyTo(_gathered.AsSpan(_length));
        _length = needed;
    }

    private async ValueTask WriteGatheredAsync(CancellationToken cancellationToken)
    {
        var (gathered, length) = (_gathered!, _length);
        (_gathered, _length) = (null, 0);
        await WriteInTurn(gathered.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(gathered);
    }
}
