using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

/// <summary>The table is checked against the reader, so that an end-to-end test can trust it.</summary>
internal sealed class UnusualInputTests
{
    private const int Limit = 65_536;

    private static IEnumerable<TestCaseData> Cases => UnusualInput.Cases.Select(c => new TestCaseData(c).SetArgDisplayNames(c.Name));

    [Test]
    public void Cases_Names_AreUnique() => Assert.That(UnusualInput.Cases.Select(c => c.Name), Is.Unique);

    [TestCaseSource(nameof(Cases))]
    public void Case_ReadByTheReader_AllowsItsAnswer(UnusualCase unusual)
    {
        var outcome = Reading.ReadChunks(Limit, unusual.Messages.Select(message => message.Payload));

        switch (unusual)
        {
            case { Close: null }:
                Assert.That(outcome.Frames.Select(frame => frame.MessageId), Is.EqualTo(unusual.Answers.Select(answer => answer.MessageId)));
                Assert.That(outcome.IsMidFrame, Is.False);
                break;
            case { Clause: "P0-13" or "P0-14" or "P0-15" }:
                Assert.That(outcome.Result, Is.AnyOf(FrameReadResult.BadLength, FrameReadResult.TooLong));
                break;
            default:
                Assert.That(outcome.Result, Is.EqualTo(FrameReadResult.NeedMore));
                Assert.That(outcome.IsMidFrame, Is.EqualTo(unusual.Clause is "P0-16" or "P0-17"));
                break;
        }
    }
}
