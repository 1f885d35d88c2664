using System.Buffers.Binary;

namespace GameCluster.Gateway.Protocol;

/// <summary>What version 1 adds to a frame's header: eight bytes behind the twelve of <see cref="FrameHeader"/>.</summary>
/// <param name="Kind">What the frame is: see the constants.</param>
/// <param name="Flags">0 in every frame a gateway sends.</param>
/// <param name="Stream">The stream of a push, else 0.</param>
/// <param name="Number">The request's number, or the push's in its stream.</param>
internal readonly record struct SessionFrame(byte Kind, byte Flags, ushort Stream, uint Number)
{
    /// <summary>The version that a frame's header says.</summary>
    public const int Version = 1;

    /// <summary>Bytes in the whole header of a frame of version 1.</summary>
    public const int Size = FrameHeader.Size + ExtraSize;

    /// <summary>Bytes behind the header of version 0.</summary>
    public const int ExtraSize = 8;

    public const byte Notify = 0;
    public const byte Request = 1;
    public const byte Reply = 2;
    public const byte Error = 3;
    public const byte Push = 4;

    /// <summary>Reads the extra bytes.</summary>
    public static SessionFrame Read(ReadOnlySpan<byte> extra) => new(
        extra[0], extra[1], BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), BinaryPrimitives.ReadUInt32LittleEndian(extra[4..]));

    /// <summary>Writes a whole frame and returns its length.</summary>
    public int Write(Span<byte> destination, int messageId, ReadOnlySpan<byte> body)
    {
        var length = Size + body.Length;
        new FrameHeader(length, messageId, Version).Write(destination);
        var extra = destination.Slice(FrameHeader.Size, ExtraSize);
        (extra[0], extra[1]) = (Kind, Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[2..], Stream);
        BinaryPrimitives.WriteUInt32LittleEndian(extra[4..], Number);
        body.CopyTo(destination[Size..]);
        return length;
    }
}
