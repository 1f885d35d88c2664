using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;

namespace GameCluster.Tests.Histories;

/// <summary>What only the search for an order sees.</summary>
internal sealed class LinearCheckTests
{
    private const int UnknownOutcomes = 500;

    private readonly List<HistoryEvent> _history = [];
    private long _lastId;

    [SetUp]
    public void Begin() => _history.Clear();

    [Test]
    public void Check_UnknownPublishThatOneCountSeesAndALaterOneDoesNot_IsCaught()
    {
        Ask(EventOp.Publish, "x");
        Count(1);
        Count(0);

        Assert.That(CountCheck.Check(_history, new CheckLimits()).Passed, Is.True, "it may or may not have been done");
        Assert.That(LinearCheck.Check(_history, new CheckLimits()).Violations, Is.EqualTo(1));
    }

    [Test]
    public void Check_PlacesAgainstTheOrderOfTime_AreCaught()
    {
        Publish("x", 2);
        Publish("y", 1);

        Assert.That(LinearCheck.Check(_history, new CheckLimits()).Violations, Is.EqualTo(1));
    }

    [Test]
    public void Check_PublishesAtTheSameTime_MayHaveAnyOrder()
    {
        var (first, second) = (Ask(EventOp.Publish, "x"), Ask(EventOp.Publish, "y"));
        Answer(EventOp.Publish, first, 2, "x");
        Answer(EventOp.Publish, second, 1, "y");
        Count(2);

        Assert.That(LinearCheck.Check(_history, new CheckLimits()).Passed, Is.True);
    }

    [Test]
    public void Check_HundredsOfUnknownOutcomes_IsDecided()
    {
        for (var i = 0; i < UnknownOutcomes; i++)
        {
            Ask(EventOp.Publish, $"unknown {i}");
        }

        Publish("x", 300);
        Count(400);
        Count(399);

        var result = LinearCheck.Check(_history, new CheckLimits());

        Assert.That(result.Violations, Is.EqualTo(1));
        Assert.That(result.Figures, Does.Not.ContainKey("undecided"));
    }

    private void Publish(string value, long place) => Answer(EventOp.Publish, Ask(EventOp.Publish, value), place, value);

    private void Count(long count) => Answer(EventOp.Count, Ask(EventOp.Count, null), count, null);

    private long Ask(string op, string? value)
    {
        Record(EventType.Invoke, op, ++_lastId, null, value);
        return _lastId;
    }

    private void Answer(string op, long id, long number, string? value) => Record(EventType.Ok, op, id, number, value);

    private void Record(EventType type, string op, long id, long? number, string? value) => _history.Add(
        new HistoryEvent { T = _history.Count, Client = "1", Session = "s", Type = type, Op = op, Id = id, Number = number, Key = "board/a", Value = value });
}
