using GameCluster.LoadTest.Chaos.Reports;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Swarm;

namespace GameCluster.Tests.LoadTool;

internal sealed class ChaosReportTests
{
    private static readonly Scenario Quiet = new() { Description = "5 < 6 & <script>", Faults = [] };

    [Test]
    public void Passed_HistoryThatKeepsEveryPromise_IsTrue() => Assert.That(ReportOf(Quiet, PushOf(1)).Passed, Is.True);

    [Test]
    public void Passed_BrokenPromise_IsFalseUnlessItIsTolerated()
    {
        var tolerant = Quiet with { Expect = new Expectations { Tolerate = new Dictionary<string, string> { ["order"] = "it is known" } } };

        var (strict, tolerated) = (ReportOf(Quiet, PushOf(2)), ReportOf(tolerant, PushOf(2)));

        Assert.That((strict.Passed, tolerated.Passed), Is.EqualTo((false, true)));
        Assert.That(tolerated.ToString(), Does.Contain("it is known"));
        Assert.That(HtmlReport.Render(tolerated), Does.Contain("it is known"));
        Assert.That(HtmlReport.Render(strict), Does.Contain("<span class=\"mark fail\">broken</span>").And.Contain("push 2 of stream 0 came after push 0"));
    }

    [Test]
    public void Passed_ExpectationThatIsNotMet_IsFalseAndNamed()
    {
        var report = ReportOf(Quiet with { Expect = new Expectations { LostSessions = 0, LongestPause = TimeSpan.FromSeconds(1) } }, Event(5, EventType.Lost) with { Value = "unknown" });

        Assert.That(report.Passed, Is.False);
        Assert.That(report.Demands.Where(static demand => !demand.IsMet).Select(static demand => demand.What), Is.EqualTo(new[] { "sessions lost" }));
    }

    [Test]
    public void Passed_RatioThatTooFewAnswersSayNothingOf_IsNotMet()
    {
        var report = ReportOf(Quiet with { Expect = new Expectations { LatencyRatio = 3 } }, PushOf(1));

        Assert.That(report.Passed, Is.False);
        Assert.That(report.Failures.Single(), Does.Contain("too few answers to say: 0 during faults"));
    }

    [Test]
    public void Passed_ProcessThatEndedOfItself_IsFalse()
    {
        var report = ReportOf(Quiet, [(2_000_000, "silo-1 ended of itself with exit code 7")], PushOf(1));

        Assert.That(report.Passed, Is.False);
        Assert.That(report.Exits, Is.EqualTo(new[] { "silo-1 ended of itself with exit code 7 after 2.0 s" }));
    }

    [Test]
    public void Render_TextOfAScenario_IsEscaped() => Assert.That(HtmlReport.Render(ReportOf(Quiet, PushOf(1))), Does.Contain("5 &lt; 6 &amp; &lt;script&gt;").And.Not.Contain("<script>"));

    private static ChaosReport ReportOf(Scenario scenario, HistoryEvent last) => ReportOf(scenario, [], last);

    private static ChaosReport ReportOf(Scenario scenario, IReadOnlyList<(long At, string What)> exits, HistoryEvent last)
    {
        var settings = new SwarmSettings { Urls = [] };
        var players = SwarmReport.Of(settings, new SwarmWorld(settings, new BoardGame(), new NoHistory()), new SwarmWindow(0, 1, 0, 0, 0, 0, []), unsettled: 0);
        var opened = Event(0, EventType.Open) with { Op = EventOp.Session };
        return ChaosReport.Of(scenario, 1, "a cluster", exits, players, [opened, last]);
    }

    private static HistoryEvent PushOf(long number) => Event(1, EventType.Push) with { Stream = 0, Number = number };

    private static HistoryEvent Event(int second, EventType type) => new() { T = second * 1_000_000L, Client = "1", Session = "s", Type = type };
}
