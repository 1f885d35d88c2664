using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.LoadTool;

/// <summary>How long players waited because of faults, by histories as they are recorded.</summary>
internal sealed class PausesTests
{
    private readonly RecordedHistory _history = new();

    [SetUp]
    public void Begin() => _history.Begin(players: 4);

    [Test]
    public void Of_TwoKillsOfSilos_AreOneSortWithItsMedianAndItsWorst()
    {
        _history.Fault(10, EventOp.Begin, 1, "silo-1");
        _history.Wait(10.1, 0.5, "1");
        _history.Wait(10.1, 2.5, "2");
        _history.Fault(14, EventOp.End, 1, "silo-1");
        _history.Fault(20, EventOp.Begin, 2, "silo-3");
        _history.Wait(20.1, 0.8, "1");
        _history.Fault(24, EventOp.End, 2, "silo-3");

        Assert.That(PausesByFault(), Is.EqualTo(new[] { new FaultPauses("kill silo", 2, 3, 800, 2500) }));
    }

    [Test]
    public void Of_PlayerWhoWaitsAsAtAnyTime_IsNotAffected()
    {
        _history.Wait(2, 0.3, "1");
        _history.Fault(10, EventOp.Begin, 1, "gateway-1");
        _history.Wait(10.1, 0.3, "1");
        _history.Wait(10.2, 0.31, "2");
        _history.Fault(12, EventOp.End, 1, "gateway-1");

        Assert.That(PausesByFault(), Is.EqualTo(new[] { new FaultPauses("kill gateway", 1, 1, 310, 310) }));
    }

    [Test]
    public void Of_PlayerWhoLosesItsConnectionForAMoment_IsAffected()
    {
        _history.Fault(10, EventOp.Begin, 1, "gateway-1");
        _history.Away(10.1, 0.05, "1");
        _history.Fault(12, EventOp.End, 1, "gateway-1");

        Assert.That(PausesByFault(), Is.EqualTo(new[] { new FaultPauses("kill gateway", 1, 1, 50, 50) }));
    }

    [Test]
    public void Of_FaultThatNobodyNotices_HasAffectedNobody()
    {
        _history.Fault(10, EventOp.Begin, 1, "database", "freeze");
        _history.Wait(10.1, 0.02, "1");
        _history.Fault(12, EventOp.End, 1, "database", "freeze");

        Assert.That(PausesByFault(), Is.EqualTo(new[] { new FaultPauses("freeze database", 1, 0, 0, 0) }));
    }

    [Test]
    public void Of_PlayerWhoNeverGetsAnAnswer_HasWaitedUntilTheEnd()
    {
        _history.Fault(10, EventOp.Begin, 1, "silo-1");
        _history.Ask(11, "1", 1);
        _history.Fault(18, EventOp.End, 1, "silo-1");

        Assert.That(PausesByFault().Single().WorstMs, Is.EqualTo(7000));
    }

    [TestCase("silo-1", "kill silo")]
    [TestCase("silo-1, silo-2", "kill silo")]
    [TestCase("database, silo-1, gateway-12", "kill everything")]
    [TestCase("database", "kill database")]
    public void Sort_OfAFault_IsWhatWasDoneToWhatKind(string target, string sort)
    {
        _history.Fault(10, EventOp.Begin, 1, target);

        Assert.That(PausesByFault().Single().Sort, Is.EqualTo(sort));
    }

    [Test]
    public void Summary_OfSeveralRuns_PoolsTheirPausesAndNamesTheWorst()
    {
        RunResult[] runs =
        [
            new RunResult { Seed = 1, Passed = true, LongestPauseMs = 9000, LatencyRatio = 2.5, Pauses = [new FaultPauses("kill silo", 1, 1, 100, 100)] },
            new RunResult { Seed = 2, Passed = false, LongestPauseMs = 2000, Broken = 3, Evictions = 1, Failures = ["order: 3 violations"] },
            RunResult.NotCarriedOut(3, "no | database\nat all"),
        ];
        var faults = new[] { SpanOf(100, 900), SpanOf(2000) };

        var summary = RunsSummary.Of("mine", runs, faults);

        Assert.That((summary.Passed, summary.WorstSeed), Is.EqualTo((false, 2)));
        Assert.That(summary.Pauses, Is.EqualTo(new[] { new FaultPauses("kill silo", 2, 3, 900, 2000) }));
        Assert.That(summary.ToString().ReplaceLineEndings("\n"), Does.Contain("mine: 1 of 3 runs passed")
            .And.Contain("| 1 | passed | 9.00 s | 0.10 s | 2.50x | 0 | 0 |  |\n")
            .And.Contain("| 2 | FAILED | 2.00 s |  |  | 3 | 1 | order: 3 violations |\n")
            .And.Contain("| 3 | FAILED | 0.00 s |  |  | 0 | 0 | not carried out: no / database at all |\n")
            .And.Contain("| kill silo | 2 | 3 | 0.90 s | 2.00 s |\n"));
    }

    private static FaultSpan SpanOf(params double[] affected) => new(1, "kill", "silo-1", 0, 1, new PausesInTime(0, 0, 0, 9, affected));

    private IReadOnlyList<FaultPauses> PausesByFault() => FaultPauses.Of(Timeline.Of(_history.Events, Pauses.Of(_history.Events)).Faults);
}
