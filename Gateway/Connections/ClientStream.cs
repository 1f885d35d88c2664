using System.Net.Sockets;

namespace GameCluster.Gateway.Connections;

/// <summary>
/// What lies under a client's WebSocket: reads come through Kestrel, writes go to the socket without its pipe, on the thread that makes them. The WebSocket makes one write at a time.
/// See docs/decisions/0027-direct-writes.md.
/// </summary>
/// <param name="upgraded">The connection after the upgrade, as Kestrel gives it.</param>
/// <param name="socket">Its socket, which does not block.</param>
internal sealed class ClientStream(Stream upgraded, Socket socket) : Stream
{
    private int _way;

    /// <summary>Which way writes go.</summary>
    private enum Way
    {
        /// <summary>Nothing has been written. Kestrel's answer to the upgrade may still be on its way through the pipe.</summary>
        Open,

        /// <summary>Something went through Kestrel's pipe: nobody knows when it has left, so everything else follows it.</summary>
        Pipe,

        /// <summary>The client has spoken, so it has that answer, and the pipe is empty for good.</summary>
        Socket,
    }

    /// <summary>Whether writes go to the socket.</summary>
    public bool IsDirect => Volatile.Read(ref _way) == (int)Way.Socket;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Volatile.Read(ref _way) == (int)Way.Open ? ReadFirstAsync(buffer, cancellationToken) : upgraded.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsDirect && Interlocked.CompareExchange(ref _way, (int)Way.Pipe, (int)Way.Open) != (int)Way.Socket)
        {
            return upgraded.WriteAsync(buffer, cancellationToken);
        }

        var sent = socket.Send(buffer.Span, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return ValueTask.FromException(new IOException("The client's socket is broken.", new SocketException((int)error)));
        }

        return sent == buffer.Length ? ValueTask.CompletedTask : WriteRestAsync(buffer[Math.Max(sent, 0)..], cancellationToken);
    }

    /// <summary>Nothing is held back by a write.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            upgraded.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await upgraded.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read > 0)
        {
            Interlocked.CompareExchange(ref _way, (int)Way.Socket, (int)Way.Open);
        }

        return read;
    }

    /// <summary>The client reads more slowly than is written, and the kernel holds no more.</summary>
    private async ValueTask WriteRestAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        try
        {
            while (rest.Length > 0)
            {
                rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException("The client's socket is broken.", exception);
        }
    }
}
