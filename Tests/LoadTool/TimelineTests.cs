using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.LoadTool;

internal sealed class TimelineTests
{
    private readonly List<HistoryEvent> _history = [];

    [SetUp]
    public void Begin()
    {
        _history.Clear();
        Happen(0, "1", EventType.Open, EventOp.Session);
    }

    [Test]
    public void Of_AnswersAndPushes_AreCountedInTheirSecond()
    {
        Ask(0.1, "1", 1, "x");
        Answer(0.2, "1", 1, EventType.Ok);
        Happen(1.1, "1", EventType.Push, EventOp.Publish, value: "x");
        Ask(1.5, "1", 2, "y");
        Answer(2.5, "1", 2, EventType.Info);

        var seconds = Timeline.Of(_history, Pauses.Of(_history)).Seconds;

        Assert.That(seconds.Select(static second => (second.Done, second.Failed, second.Delivered)), Is.EqualTo(new[] { (1, 0, 0), (0, 0, 1), (0, 1, 0) }));
        Assert.That(seconds[0].AnswerP95Ms, Is.EqualTo(100).Within(1));
        Assert.That(seconds[1].DeliveryP95Ms, Is.EqualTo(1000).Within(1));
        Assert.That(seconds.Select(static second => second.Sessions), Is.EqualTo(new[] { 0, 1, 1 }), "the fewest of each second");
    }

    [Test]
    public void Of_SessionThatIsAway_IsNotConnected()
    {
        Happen(1.5, "1", EventType.Close, EventOp.Connection, value: "1006");
        Happen(1.6, "1", EventType.Resumed, null);
        Happen(2.5, "1", EventType.Close, EventOp.Connection, value: "1006");
        Happen(3.5, "1", EventType.Resumed, null);
        Happen(4.5, "1", EventType.Push, null);

        Assert.That(Timeline.Of(_history, Pauses.Of(_history)).Seconds.Select(static second => second.Sessions), Is.EqualTo(new[] { 0, 0, 0, 0, 1 }));
    }

    [Test]
    public void Faults_PauseOfAPlayer_IsThatOfTheFaultItOverlaps()
    {
        Happen(0, "2", EventType.Open, EventOp.Session);
        Fault(1, EventOp.Begin, 1);
        Ask(1.5, "1", 1, "x");
        Happen(2, "1", EventType.Close, EventOp.Connection, value: "1006");
        Happen(3, "1", EventType.Resumed, null);
        Answer(4, "1", 1, EventType.Ok);
        Fault(5, EventOp.End, 1);
        Fault(10, EventOp.Begin, 2);
        Ask(10.5, "2", 1, "y");
        Answer(10.6, "2", 1, EventType.Ok);
        Fault(11, EventOp.End, 2);

        var faults = Timeline.Of(_history, Pauses.Of(_history)).Faults;

        Assert.That(faults.Select(static fault => (fault.Kind, fault.Target, fault.At, fault.Until)), Is.EqualTo(new[] { ("kill", "silo-1", 1.0, 5.0), ("kill", "silo-1", 10.0, 11.0) }));
        Assert.That(faults[0].LongestPauseMs, Is.EqualTo(2500).Within(1), "the request was under way all the time");
        Assert.That(faults[0].Disturbed, Is.EqualTo(1));
        Assert.That(faults[1].LongestPauseMs, Is.EqualTo(100).Within(1));
        Assert.That(faults[1].Disturbed, Is.Zero);
    }

    [Test]
    public void Pauses_OfAnOwnCut_AreNone()
    {
        Happen(1, "1", EventType.Close, EventOp.Connection, value: EventOp.Cut);
        Happen(3, "1", EventType.Resumed, null);

        Assert.That(Pauses.Of(_history).Longest, Is.Zero);
    }

    private void Ask(double at, string client, long id, string value) => Happen(at, client, EventType.Invoke, EventOp.Publish, id, value);

    private void Answer(double at, string client, long id, EventType type) => Happen(at, client, type, EventOp.Publish, id);

    private void Fault(double at, string op, long id) => Happen(at, "silo-1", EventType.Fault, op, id, "kill");

    private void Happen(double at, string client, EventType type, string? op, long? id = null, string? value = null) =>
        _history.Add(new HistoryEvent { T = (long)(at * 1_000_000), Client = client, Session = $"session of {client}", Type = type, Op = op, Id = id, Value = value });
}
