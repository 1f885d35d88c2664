using System.Buffers.Binary;

namespace GameCluster.LoadTest.Protocol;

/// <summary>
/// Writes client frames. They must be masked; the mask key is 0, which is legal, leaves the payload as it is and costs nothing. (Masking
/// protects web browsers against hostile scripts; a load tool has nothing to protect.)
/// </summary>
internal static class WebSocketFrameWriter
{
    private const int MaskBytes = 4;
    private const byte FinalBinary = 0x82;
    private const byte FinalClose = 0x88;
    private const byte FinalPong = 0x8A;
    private const byte Masked = 0x80;

    public static byte[] Binary(ReadOnlySpan<byte> payload) => Write(FinalBinary, payload);

    public static byte[] Pong(ReadOnlySpan<byte> payload) => Write(FinalPong, payload);

    public static byte[] Close(ushort code)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        return Write(FinalClose, payload);
    }

    /// <summary>A binary message that holds one game frame.</summary>
    public static byte[] GameFrame(int messageId, ReadOnlySpan<byte> body)
    {
        var frame = new byte[Protocol.GameFrame.HeaderBytes + body.Length];
        Protocol.GameFrame.WriteHeader(frame, messageId, body.Length);
        body.CopyTo(frame.AsSpan(Protocol.GameFrame.HeaderBytes));
        return Binary(frame);
    }

    private static byte[] Write(byte first, ReadOnlySpan<byte> payload)
    {
        var lengthBytes = payload.Length switch { < 126 => 0, <= ushort.MaxValue => 2, _ => 8 };
        var frame = new byte[2 + lengthBytes + MaskBytes + payload.Length];
        frame[0] = first;
        frame[1] = (byte)(Masked | lengthBytes switch { 0 => payload.Length, 2 => 126, _ => 127 });
        if (lengthBytes == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }
        else if (lengthBytes == 8)
        {
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
        }

        payload.CopyTo(frame.AsSpan(2 + lengthBytes + MaskBytes));
        return frame;
    }
}
