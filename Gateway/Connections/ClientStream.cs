using System.Net.Sockets;

namespace GameCluster.Gateway.Connections;

/// <summary>
/// What lies under a client's WebSocket: reads come through Kestrel, writes go to the socket without its pipe, on the thread that makes them. The WebSocket makes one write at a time.
/// See docs/decisions/0027-direct-writes.md.
/// </summary>
/// <param name="upgraded">The connection after the upgrade, as Kestrel gives it.</param>
/// <param name="socket">Its socket, which does not block.</param>
internal sealed class ClientStream(Stream upgraded, Socket socket) : DuplexStream(upgraded)
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

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Volatile.Read(ref _way) == (int)Way.Open ? ReadFirstAsync(buffer, cancellationToken) : Inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsDirect && Interlocked.CompareExchange(ref _way, (int)Way.Pipe, (int)Way.Open) != (int)Way.Socket)
        {
            return Inner.WriteAsync(buffer, cancellationToken);
        }

        var sent = socket.Send(buffer.Span, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return ValueTask.FromException(new IOException("The client's socket is broken.", new SocketException((int)error)));
        }

        return sent == buffer.Length ? ValueTask.CompletedTask : WriteRestAsync(buffer[Math.Max(sent, 0)..], cancellationToken);
    }

    private async ValueTask<int> ReadFirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
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
