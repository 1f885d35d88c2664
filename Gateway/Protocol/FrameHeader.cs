using System.Buffers.Binary;

namespace GameCluster.Gateway.Protocol;

/// <summary>What stands before every body: three little-endian 32-bit integers.</summary>
/// <param name="Length">Bytes in the whole frame, the header included.</param>
/// <param name="MessageId">What the frame is about.</param>
/// <param name="Version">The protocol's version; 0 in every frame a gateway sends.</param>
internal readonly record struct FrameHeader(int Length, int MessageId, int Version)
{
    /// <summary>Bytes in a header.</summary>
    public const int Size = LengthSize + sizeof(int) + sizeof(int);

    /// <summary>Bytes in the length, which is the first field.</summary>
    public const int LengthSize = sizeof(int);

    /// <summary>Reads the length alone from at least <see cref="LengthSize"/> bytes.</summary>
    public static int ReadLength(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt32LittleEndian(source);

    /// <summary>Reads a header from at least <see cref="Size"/> bytes. No value is wrong here: the caller judges them.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> source) => new(
        ReadLength(source),
        BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[8..]));

    /// <summary>Writes the header into at least <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], MessageId);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Version);
    }
}
