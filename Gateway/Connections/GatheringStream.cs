using System.Buffers;

namespace GameCluster.Gateway.Connections;

/// <summary>
/// A client's stream below its WebSocket, where messages that are ready together leave in one write to the socket. The WebSocket itself writes each of its messages by itself, and
/// with sockets handled in place that is a call to the kernel for each.
/// </summary>
/// <remarks>The WebSocket never writes twice at a time; so what it writes of its own accord (a pong, a close) takes its place among the messages.</remarks>
internal sealed class GatheringStream(Stream inner) : DuplexStream(inner)
{
    private byte[]? _gathered;
    private int _length;

    /// <summary>Whether another message follows at once: then what is written waits for it. Belongs to whoever sends the messages.</summary>
    public bool MoreFollows { get; set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!MoreFollows && _length == 0)
        {
            return Inner.WriteAsync(buffer, cancellationToken);
        }

        Gather(buffer.Span);
        return MoreFollows ? ValueTask.CompletedTask : WriteGatheredAsync(cancellationToken);
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
        await Inner.WriteAsync(gathered.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(gathered);
    }
}
