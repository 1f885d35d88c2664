using System.Text;
using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

internal sealed class ProtocolVectorTests
{
    private static readonly ProtocolVectors Vectors = ProtocolVectors.Load();

    private static IEnumerable<TestCaseData> Frames => Vectors.Frames.Select(v => new TestCaseData(v).SetArgDisplayNames(v.Name));

    private static IEnumerable<TestCaseData> Streams => Vectors.Streams.Select(v => new TestCaseData(v).SetArgDisplayNames(v.Name));

    [TestCaseSource(nameof(Frames))]
    public void Read_VectorFrame_GivesItsContent(FrameVector vector)
    {
        var outcome = Reading.ReadChunks(Vectors.FrameLimit, Convert.FromHexString(vector.Hex));

        var expected = new ReadFrame(vector.MessageId, vector.Version, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(vector.Body)));
        Assert.That(outcome, Is.EqualTo(new ReadOutcome([expected], FrameReadResult.NeedMore, IsMidFrame: false)));
    }

    [TestCaseSource(nameof(Frames))]
    public void Write_VectorContent_GivesItsBytes(FrameVector vector)
    {
        var body = Encoding.UTF8.GetBytes(vector.Body);
        var bytes = new byte[FrameWriter.GetLength(body.Length)];

        FrameWriter.Write(bytes, vector.MessageId, body);

        Assert.That(bytes, Has.Length.EqualTo(vector.Length));
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(vector.Hex));
    }

    [TestCaseSource(nameof(Streams))]
    public void Read_VectorStream_EndsAsTheVectorSays(StreamVector vector)
    {
        var outcome = Reading.ReadChunks(Vectors.FrameLimit, vector.Chunks.Select(Convert.FromHexString));

        var result = Enum.Parse<FrameReadResult>(vector.Result, ignoreCase: true);
        Assert.That(outcome, Is.EqualTo(new ReadOutcome(vector.Frames, result, vector.MidFrame)));
    }
}
