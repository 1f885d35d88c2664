using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.LoadTool;

/// <summary>What faults cost those whom they do not befall, by histories as they are recorded.</summary>
internal sealed class AnswerTimesTests
{
    private readonly RecordedHistory _history = new();

    [SetUp]
    public void Begin() => _history.Begin(players: 1);

    [Test]
    public void Of_AnswersThatTakeLongerDuringFaults_TellsHowMuchLonger()
    {
        Ask(from: 10, count: 400, seconds: 0.010);
        _history.Fault(100, EventOp.Begin, 1, "sessions", "send");
        Ask(from: 101, count: 400, seconds: 0.025);
        _history.Fault(200, EventOp.End, 1, "sessions", "send");
        Ask(from: 201, count: 400, seconds: 0.010);

        var times = AnswerTimes.Of(_history.Events);

        Assert.That(times, Is.EqualTo(new AnswerTimes(400, 25, 800, 10)));
        Assert.That(times.Ratio, Is.EqualTo(2.5));
    }

    [Test]
    public void Of_OneInFifty_IsInTheFigureAndOneInTwoHundredIsNot()
    {
        _history.Fault(100, EventOp.Begin, 1);
        Ask(from: 101, count: 398, seconds: 0.010);
        Ask(from: 180, count: 2, seconds: 0.9);
        var rare = AnswerTimes.Of(_history.Events).DuringP99Ms;
        Ask(from: 190, count: 6, seconds: 0.9);

        Assert.That(rare, Is.EqualTo(10));
        Assert.That(AnswerTimes.Of(_history.Events).DuringP99Ms, Is.EqualTo(900));
    }

    [Test]
    public void Of_RequestThatBeganBeforeAFault_WasUnderWayInIt()
    {
        _history.Wait(99.9, 0.5, "1");
        _history.Fault(100, EventOp.Begin, 1);
        _history.Fault(101, EventOp.End, 1);

        Assert.That(AnswerTimes.Of(_history.Events), Is.EqualTo(new AnswerTimes(1, 500, 0, 0)));
    }

    [Test]
    public void Of_FirstSecondsOfPlay_DoNotCount()
    {
        Ask(from: 2, count: 10, seconds: 1);

        Assert.That(AnswerTimes.Of(_history.Events).Otherwise, Is.Zero);
    }

    [TestCase(400, 299)]
    [TestCase(299, 400)]
    public void Ratio_TooFewAnswers_IsNotSaid(int during, int otherwise) => Assert.That(new AnswerTimes(during, 10, otherwise, 10).Ratio, Is.Null);

    private void Ask(double from, int count, double seconds)
    {
        for (var i = 0; i < count; i++)
        {
            _history.Wait(from + (i * 0.1), seconds, "1");
        }
    }
}
