namespace GameCluster.Gateway.Protocol;

/// <summary>Writes frames of version 0. Allocates nothing.</summary>
internal static class FrameWriter
{
    /// <summary>Bytes in a frame with a body of <paramref name="bodyLength"/> bytes.</summary>
    /// <exception cref="OverflowException">No frame can hold such a body.</exception>
    public static int GetLength(int bodyLength) => checked(FrameHeader.Size + bodyLength);

    /// <summary>Writes one frame to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="GetLength"/> says; nothing was written.</exception>
    public static void Write(Span<byte> destination, int messageId, ReadOnlySpan<byte> body)
    {
        var length = GetLength(body.Length);
        if (destination.Length < length)
        {
            throw new ArgumentException(
                $"Message {messageId} takes {length} bytes and the destination has {destination.Length}: ask {nameof(GetLength)} first.",
                nameof(destination));
        }

        new FrameHeader(length, messageId, Version: 0).Write(destination);
        body.CopyTo(destination[FrameHeader.Size..]);
    }
}
