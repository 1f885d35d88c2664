using System.Text;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

/// <summary>The gateway's codec agrees with the vectors of version 1, as those of the clients do.</summary>
internal sealed class SessionFrameVectorTests
{
    private static readonly ProtocolVectors Vectors = ProtocolVectors.Load();

    private static IEnumerable<TestCaseData> Frames => Vectors.Version1.Frames.Select(v => new TestCaseData(v).SetArgDisplayNames(v.Name));

    private static IEnumerable<TestCaseData> Streams => Vectors.Version1.Streams.Select(v => new TestCaseData(v).SetArgDisplayNames(v.Name));

    [TestCaseSource(nameof(Frames))]
    public void Write_VectorFrame_GivesItsBytes(Frame1Vector vector)
    {
        var bytes = new byte[vector.Length];

        var length = new SessionFrame(vector.Kind, vector.Flags, vector.Stream, vector.Number).Write(bytes, vector.MessageId, Encoding.UTF8.GetBytes(vector.Body));

        Assert.That(length, Is.EqualTo(vector.Length));
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(vector.Hex));
    }

    [TestCaseSource(nameof(Streams))]
    public void Read_VectorStream_EndsAsTheVectorSays(Stream1Vector vector)
    {
        var reader = new FrameReader(Vectors.FrameLimit);
        reader.UseSessionFrames();
        var frames = new List<ReadFrame1>();
        var result = FrameReadResult.NeedMore;
        foreach (var chunk in vector.Chunks)
        {
            ReadOnlySpan<byte> input = Convert.FromHexString(chunk);
            while ((result = reader.Read(ref input, out var frame)) == FrameReadResult.Frame)
            {
                var (kind, flags, stream, number) = frame.Session;
                frames.Add(new(frame.MessageId, frame.Version, kind, flags, stream, number, Convert.ToHexStringLower(frame.Body)));
            }
        }

        if (vector.Result == "badVersion")
        {
            // The reader leaves the version to the connection, which judges it when the frame is complete.
            Assert.That(frames.TakeWhile(static frame => frame.Version == SessionFrame.Version), Is.EqualTo(vector.Frames));
            Assert.That(frames, Has.Count.GreaterThan(vector.Frames.Length));
            return;
        }

        Assert.That(frames, Is.EqualTo(vector.Frames));
        Assert.That((result, reader.IsMidFrame), Is.EqualTo((Enum.Parse<FrameReadResult>(vector.Result, ignoreCase: true), vector.MidFrame)));
    }
}
