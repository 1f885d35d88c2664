using System.Buffers.Binary;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Swarm;

/// <summary>A frame of version 1: the header of version 0 and 8 bytes more, {u8 kind, u8 flags, u16 stream, u32 number}, all little-endian.</summary>
internal readonly ref struct SessionFrame
{
    public const int Version = 1;
    private const int FurtherBytes = 8;

    private SessionFrame(int messageId, ReadOnlySpan<byte> rest)
    {
        MessageId = messageId;
        Kind = (FrameKind)rest[0];
        Stream = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
        Number = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        Body = rest[FurtherBytes..];
    }

    public int MessageId { get; }

    public FrameKind Kind { get; }

    public int Stream { get; }

    public uint Number { get; }

    public ReadOnlySpan<byte> Body { get; }

    /// <param name="rest">What follows the header of version 0.</param>
    /// <exception cref="InvalidDataException">It is shorter than the header of version 1.</exception>
    public static SessionFrame Read(int messageId, ReadOnlySpan<byte> rest) => rest.Length >= FurtherBytes
        ? new SessionFrame(messageId, rest)
        : throw new InvalidDataException($"The server sent a frame of version 1 with a header of {GameFrame.HeaderBytes + rest.Length} bytes; it has {GameFrame.HeaderBytes + FurtherBytes}.");

    /// <summary>A WebSocket message with one frame, as a client sends it.</summary>
    public static byte[] Message(int messageId, FrameKind kind, uint number, ReadOnlySpan<byte> body)
    {
        var frame = new byte[GameFrame.HeaderBytes + FurtherBytes + body.Length];
        GameFrame.WriteHeader(frame, messageId, FurtherBytes + body.Length, Version);
        var rest = frame.AsSpan(GameFrame.HeaderBytes);
        rest[0] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], number);
        body.CopyTo(rest[FurtherBytes..]);
        return WebSocketFrameWriter.Binary(frame);
    }
}
