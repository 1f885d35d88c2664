using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

internal sealed class FrameReaderTests
{
    private const int Limit = 65_536;

    /// <summary>Every power of two and its neighbours on both sides of zero, and the neighbours of both limits.</summary>
    private static readonly int[] BoundaryLengths =
    [
        .. Enumerable.Range(0, 32)
            .SelectMany(bit => new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1 })
            .SelectMany(value => new[] { value, -value })
            .Concat([FrameHeader.Size - 1, FrameHeader.Size, FrameHeader.Size + 1, Limit - 1, Limit, Limit + 1])
            .Where(value => value is >= int.MinValue and <= int.MaxValue)
            .Select(value => (int)value)
            .Distinct()
            .Order(),
    ];

    [TestCaseSource(nameof(BoundaryLengths))]
    public void Read_BoundaryLength_IsJudgedByItsFourBytesAlone(int length)
    {
        var expected = length < FrameHeader.Size ? FrameReadResult.BadLength
            : length > Limit ? FrameReadResult.TooLong
            : FrameReadResult.NeedMore;

        Assert.That(Reading.ReadChunks(Limit, LengthBytes(length)).Result, Is.EqualTo(expected));
    }

    [Test]
    public void Read_RejectedLength_AllocatesLessThanOneKibibyte()
    {
        // The first round is for the compiler; what it allocates is not the reader's.
        MeasureRejection(-1);
        var rejected = BoundaryLengths.Where(length => length is < FrameHeader.Size or > Limit).ToArray();

        var allocated = rejected.Select(MeasureRejection).ToArray();

        Assert.That(rejected, Has.Length.GreaterThan(100));
        Assert.That(allocated, Has.All.LessThan(1024), "Bytes allocated for a reader and one rejected length.");
    }

    [TestCase(0, FrameReadResult.BadLength)]
    [TestCase(Limit + 1, FrameReadResult.TooLong)]
    public void Read_AfterRejection_StaysRejected(int length, FrameReadResult rejection)
    {
        var reader = new FrameReader(Limit);
        ReadOnlySpan<byte> bad = LengthBytes(length);
        reader.Read(ref bad, out _);

        ReadOnlySpan<byte> good = FrameOf(10_000, [1, 2, 3]);
        var again = reader.Read(ref good, out var frame);
        ReadOnlySpan<byte> nothing = [];

        Assert.That(again, Is.EqualTo(rejection));
        Assert.That(frame, Is.Default);
        Assert.That(reader.Read(ref nothing, out _), Is.EqualTo(rejection));
    }

    [Test]
    public void Read_SeveralFrames_LeavesTheNextInTheInput()
    {
        var next = FrameOf(2, [9]);
        ReadOnlySpan<byte> input = [.. FrameOf(1, [7, 8]), .. next];

        new FrameReader(Limit).Read(ref input, out var frame);

        Assert.That(ReadFrame.From(frame), Is.EqualTo(new ReadFrame(1, 0, "0708")));
        Assert.That(input.ToArray(), Is.EqualTo(next));
    }

    [Test]
    public void Read_EmptyBody_SharesTheEmptyArray()
    {
        ReadOnlySpan<byte> input = FrameOf(1, []);

        new FrameReader(Limit).Read(ref input, out var frame);

        Assert.That(frame.Body, Is.SameAs(Array.Empty<byte>()));
    }

    [Test]
    public void IsMidFrame_ByteAfterByte_IsFalseOnlyBetweenFrames()
    {
        var reader = new FrameReader(Limit);
        var bytes = FrameOf(1, [1, 2, 3]);
        var midFrame = new List<bool> { reader.IsMidFrame };
        foreach (var value in bytes)
        {
            ReadOnlySpan<byte> input = [value];
            reader.Read(ref input, out _);
            midFrame.Add(reader.IsMidFrame);
        }

        Assert.That(midFrame, Is.EqualTo((bool[])[false, .. Enumerable.Repeat(true, bytes.Length - 1), false]));
    }

    [Test]
    public void Constructor_Measured_TakesNoMoreThan64Bytes()
    {
        MeasureReader();

        Assert.That(MeasureReader(), Is.LessThanOrEqualTo(64));
    }

    [Test]
    public void Read_FrameCompleted_HoldsNoReferenceToTheBody()
    {
        var reader = new FrameReader(Limit);

        var body = ReadBody(reader);
        GC.Collect();

        Assert.That(body.IsAlive, Is.False);
        GC.KeepAlive(reader);
    }

    [TestCase(FrameHeader.Size - 1)]
    [TestCase(0)]
    [TestCase(-1)]
    public void Constructor_LimitBelowTheHeader_Throws(int limit) =>
        Assert.That(() => new FrameReader(limit), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static long MeasureRejection(int length)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        new FrameHeader(length, MessageId: 10_000, Version: 0).Write(header);
        ReadOnlySpan<byte> input = header;
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = new FrameReader(Limit).Read(ref input, out _);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(result, Is.AnyOf(FrameReadResult.BadLength, FrameReadResult.TooLong));
        return allocated;
    }

    private static long MeasureReader()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new FrameReader(Limit);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(reader);
        return allocated;
    }

    // A method of its own, so that no local keeps the body alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ReadBody(FrameReader reader)
    {
        ReadOnlySpan<byte> input = FrameOf(1, new byte[100]);
        reader.Read(ref input, out var frame);
        return new WeakReference(frame.Body);
    }

    private static byte[] LengthBytes(int length)
    {
        var bytes = new byte[FrameHeader.LengthSize];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }

    private static byte[] FrameOf(int messageId, byte[] body)
    {
        var bytes = new byte[FrameWriter.GetLength(body.Length)];
        FrameWriter.Write(bytes, messageId, body);
        return bytes;
    }
}
