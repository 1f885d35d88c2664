using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.LoadTool;

internal sealed class TimelineTests
{
    private readonly RecordedHistory _history = new();

    [SetUp]
    public void Begin()
    {
        _history.Begin(players: 0);
        _history.Happen(0, "1", EventType.Open, EventOp.Session);
    }

    [Test]
    public void Of_AnswersAndPushes_AreCountedInTheirSecond()
    {
        _history.Ask(0.1, "1", 1, "x");
        _history.Answer(0.2, "1", 1, EventType.Ok);
        _history.Happen(1.1, "1", EventType.Push, EventOp.Publish, value: "x");
        _history.Ask(1.5, "1", 2, "y");
        _history.Answer(2.5, "1", 2, EventType.Info);

        var seconds = Timeline.Of(_history.Events, Pauses.Of(_history.Events)).Seconds;

        Assert.That(seconds.Select(static second => (second.Done, second.Failed, second.Delivered)), Is.EqualTo(new[] { (1, 0, 0), (0, 0, 1), (0, 1, 0) }));
        Assert.That(seconds[0].AnswerP95Ms, Is.EqualTo(100).Within(1));
        Assert.That(seconds[1].DeliveryP95Ms, Is.EqualTo(1000).Within(1));
        Assert.That(seconds.Select(static second => second.Sessions), Is.EqualTo(new[] { 0, 1, 1 }), "the fewest of each second");
    }

    [Test]
    public void Of_SessionThatIsAway_IsNotConnected()
    {
        _history.Happen(1.5, "1", EventType.Close, EventOp.Connection, value: "1006");
        _history.Happen(1.6, "1", EventType.Resumed, null);
        _history.Happen(2.5, "1", EventType.Close, EventOp.Connection, value: "1006");
        _history.Happen(3.5, "1", EventType.Resumed, null);
        _history.Happen(4.5, "1", EventType.Push, null);

        Assert.That(Timeline.Of(_history.Events, Pauses.Of(_history.Events)).Seconds.Select(static second => second.Sessions), Is.EqualTo(new[] { 0, 0, 0, 0, 1 }));
    }

    [Test]
    public void Faults_PauseOfAPlayer_IsThatOfTheFaultItOverlaps()
    {
        _history.Happen(0, "2", EventType.Open, EventOp.Session);
        _history.Fault(1, EventOp.Begin, 1);
        _history.Ask(1.5, "1", 1, "x");
        _history.Happen(2, "1", EventType.Close, EventOp.Connection, value: "1006");
        _history.Happen(3, "1", EventType.Resumed, null);
        _history.Answer(4, "1", 1, EventType.Ok);
        _history.Fault(5, EventOp.End, 1);
        _history.Fault(10, EventOp.Begin, 2);
        _history.Ask(10.5, "2", 1, "y");
        _history.Answer(10.6, "2", 1, EventType.Ok);
        _history.Fault(11, EventOp.End, 2);

        var faults = Timeline.Of(_history.Events, Pauses.Of(_history.Events)).Faults;

        Assert.That(faults.Select(static fault => (fault.Kind, fault.Target, fault.At, fault.Until)), Is.EqualTo(new[] { ("kill", "silo-1", 1.0, 5.0), ("kill", "silo-1", 10.0, 11.0) }));
        Assert.That(faults[0].Noticed.LongestMs, Is.EqualTo(2500).Within(1), "the request was under way all the time");
        Assert.That(faults[0].Noticed.Disturbed, Is.EqualTo(1));
        Assert.That(faults[1].Noticed.LongestMs, Is.EqualTo(100).Within(1));
        Assert.That(faults[1].Noticed.Disturbed, Is.Zero);
    }

    [Test]
    public void Pauses_OfAnOwnCut_AreNone()
    {
        _history.Happen(1, "1", EventType.Close, EventOp.Connection, value: EventOp.Cut);
        _history.Happen(3, "1", EventType.Resumed, null);

        Assert.That(Pauses.Of(_history.Events).LongestMs, Is.Zero);
    }
}
