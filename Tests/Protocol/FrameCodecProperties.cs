using System.Buffers.Binary;
using CsCheck;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

internal sealed class FrameCodecProperties
{
    // Small, so that lengths on both sides of it are common.
    private const int Limit = 64;

    private static readonly Gen<byte[]> FrameBytes = Gen.Select(Gen.Int, Gen.Int, Gen.Byte.Array[0, Limit - FrameHeader.Size], ToBytes);

    private static readonly Gen<byte[]> Frames = FrameBytes.Array[0, 8].Select(Join);

    private static readonly Gen<byte[]> LyingHeader =
        Gen.Select(Gen.OneOf(Gen.Int, Gen.Int[-2, Limit + 2]), Gen.Byte.Array[0, 10], (length, rest) => Join([LengthBytes(length), rest]));

    private static readonly Gen<byte[]> AnyBytes = Gen.OneOf(FrameBytes, LyingHeader, Gen.Byte.Array[0, 20]).Array[0, 8].Select(Join);

    private static readonly Gen<int[]> ChunkSizes = Gen.Int[0, 20].Array[0, 40];

    [Test]
    public void Read_WhatWasWritten_GivesItBack() =>
        Gen.Select(Gen.Int, Gen.Byte.Array[0, 5000]).Sample((messageId, body) =>
        {
            var bytes = new byte[FrameWriter.GetLength(body.Length)];
            FrameWriter.Write(bytes, messageId, body);

            var outcome = Reading.ReadChunks(maxFrameLength: bytes.Length, bytes);

            var expected = new ReadFrame(messageId, 0, Convert.ToHexStringLower(body));
            Assert.That(outcome, Is.EqualTo(new ReadOutcome([expected], FrameReadResult.NeedMore, IsMidFrame: false)));
        });

    [Test]
    public void Read_FramesCutAnywhere_GivesThemAsInOnePiece() =>
        Gen.Select(Frames, ChunkSizes).Sample((bytes, sizes) =>
        {
            var outcome = Reading.ReadChunks(Limit, Cut(bytes, sizes));

            Assert.That(outcome, Is.EqualTo(Parse(bytes)));
            Assert.That(outcome, Is.EqualTo(Reading.ReadChunks(Limit, bytes)));
        });

    [Test]
    public void Read_AnyBytesCutAnywhere_AgreesWithAParserOfTheWhole() =>
        Gen.Select(AnyBytes, ChunkSizes).Sample((bytes, sizes) =>
            Assert.That(Reading.ReadChunks(Limit, Cut(bytes, sizes)), Is.EqualTo(Parse(bytes))));

    [Test]
    public void Read_AnythingAfterARejection_StaysRejected() =>
        Gen.Select(AnyBytes, AnyBytes).Where((first, _) => IsRejected(Parse(first))).Sample((first, then) =>
            Assert.That(Reading.ReadChunks(Limit, first, then), Is.EqualTo(Parse(first))));

    /// <summary>The same rules, stated over all bytes at once.</summary>
    private static ReadOutcome Parse(byte[] bytes)
    {
        var frames = new List<ReadFrame>();
        var rest = bytes.AsSpan();
        while (rest.Length >= FrameHeader.LengthSize)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length is < 12 or > Limit)
            {
                return new([.. frames], length < 12 ? FrameReadResult.BadLength : FrameReadResult.TooLong, IsMidFrame: true);
            }

            if (rest.Length < length)
            {
                break;
            }

            var messageId = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            var version = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            frames.Add(new ReadFrame(messageId, version, Convert.ToHexStringLower(rest[12..length])));
            rest = rest[length..];
        }

        return new([.. frames], FrameReadResult.NeedMore, IsMidFrame: rest.Length > 0);
    }

    private static bool IsRejected(ReadOutcome outcome) => outcome.Result is FrameReadResult.BadLength or FrameReadResult.TooLong;

    private static IEnumerable<byte[]> Cut(byte[] bytes, int[] sizes)
    {
        var start = 0;
        foreach (var size in sizes)
        {
            var end = Math.Min(start + size, bytes.Length);
            yield return bytes[start..end];
            start = end;
        }

        yield return bytes[start..];
    }

    private static byte[] ToBytes(int messageId, int version, byte[] body)
    {
        var bytes = new byte[FrameHeader.Size + body.Length];
        new FrameHeader(bytes.Length, messageId, version).Write(bytes);
        body.CopyTo(bytes, FrameHeader.Size);
        return bytes;
    }

    private static byte[] LengthBytes(int length)
    {
        var bytes = new byte[FrameHeader.LengthSize];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }

    private static byte[] Join(byte[][] pieces) => [.. pieces.SelectMany(piece => piece)];
}
