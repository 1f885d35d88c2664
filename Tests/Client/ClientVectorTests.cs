using System.Text;
using GameCluster.Client.Protocol;
using GameCluster.Tests.Protocol;

namespace GameCluster.Tests.Client;

/// <summary>The codec of the C# client agrees with the vectors, as that of the JavaScript client does.</summary>
internal sealed class ClientVectorTests
{
    private static readonly ProtocolVectors Vectors = ProtocolVectors.Load();

    private static IEnumerable<TestCaseData> Frames => Vectors.Version1.Frames.Select(v => new TestCaseData(v).SetArgDisplayNames(v.Name));

    private static IEnumerable<TestCaseData> Streams => Vectors.Version1.Streams.Select(v => new TestCaseData(v).SetArgDisplayNames(v.Name));

    [TestCaseSource(nameof(Frames))]
    public void ToBytes_VectorFrame_GivesItsBytes(Frame1Vector vector)
    {
        var frame = new Frame(vector.MessageId, (FrameKind)vector.Kind, vector.Stream, vector.Number, Encoding.UTF8.GetBytes(vector.Body));

        var bytes = frame.ToBytes();

        Assert.That(bytes, Has.Length.EqualTo(vector.Length));
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(vector.Hex));
    }

    [TestCaseSource(nameof(Streams))]
    public void Read_VectorStream_EndsAsTheVectorSays(Stream1Vector vector)
    {
        var reader = new FrameReader(Vectors.FrameLimit);
        var frames = new List<Frame>();
        var result = FrameReadResult.NeedMore;
        foreach (var chunk in vector.Chunks)
        {
            ReadOnlySpan<byte> input = Convert.FromHexString(chunk);
            while ((result = reader.Read(ref input, out var frame)) == FrameReadResult.Frame)
            {
                frames.Add(frame);
            }
        }

        Assert.That(frames.Select(ToVector), Is.EqualTo(vector.Frames.Select(static frame => frame with { Version = 1, Flags = 0 })));
        Assert.That((result, reader.IsMidFrame), Is.EqualTo((Enum.Parse<FrameReadResult>(vector.Result, ignoreCase: true), vector.MidFrame)));
    }

    // Version and flags say nothing to a client, so that its frames do not have them.
    private static ReadFrame1 ToVector(Frame frame) =>
        new(frame.MessageId, 1, (byte)frame.Kind, 0, frame.Stream, frame.Number, Convert.ToHexStringLower(frame.Body));
}
