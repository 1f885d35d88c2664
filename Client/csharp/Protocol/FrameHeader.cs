using System.Buffers.Binary;

namespace GameCluster.Client.Protocol;

/// <summary>The twenty bytes before every body, little-endian.</summary>
internal static class FrameHeader
{
    private const int MessageIdAt = 4;
    private const int VersionAt = 8;
    private const int KindAt = 12;
    private const int StreamAt = 14;
    private const int NumberAt = 16;

    /// <summary>How many bytes say the length.</summary>
    public const int LengthEnd = MessageIdAt;

    /// <summary>How many bytes say length and version, in every version.</summary>
    public const int VersionEnd = KindAt;

    /// <summary>Reads the length from at least <see cref="LengthEnd"/> bytes.</summary>
    public static int ReadLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header);

    /// <summary>Reads the version from at least <see cref="VersionEnd"/> bytes.</summary>
    public static int ReadVersion(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header[VersionAt..]);

    /// <summary>A frame of a header and its body. The flags mean nothing yet.</summary>
    public static Frame ToFrame(ReadOnlySpan<byte> header, byte[] body) => new(
        BinaryPrimitives.ReadInt32LittleEndian(header[MessageIdAt..]),
        (FrameKind)header[KindAt],
        BinaryPrimitives.ReadUInt16LittleEndian(header[StreamAt..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[NumberAt..]),
        body);

    /// <summary>Writes a frame's header to the start of cleared bytes.</summary>
    public static void Write(Span<byte> destination, Frame frame)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Frame.HeaderSize + frame.Body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[MessageIdAt..], frame.MessageId);
        BinaryPrimitives.WriteInt32LittleEndian(destination[VersionAt..], Frame.Version);
        destination[KindAt] = (byte)frame.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[StreamAt..], frame.Stream);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[NumberAt..], frame.Number);
    }
}
