using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;

namespace GameCluster.Tests.Histories;

internal sealed class ResourceCheckTests
{
    private const double MiB = 1 << 20;
    private const int Samples = 600;

    private static readonly CheckLimits Limits = new() { MaxResidentBytes = 400 << 20, MaxResidentSlope = 30 * MiB, MaxHandleSlope = 10 };

    [Test]
    public void Check_SteadyAfterWarmUp_Passes()
    {
        var result = ResourceCheck.Check(Series(ResourceCheck.Resident, static second => (100 * MiB) + (Math.Min(second, 200) * MiB) + (second % 7 * 10_000)), Limits);

        Assert.That(result.Passed, Is.True);
        Assert.That(result.Figures["silo-1.rss.max"], Is.GreaterThan(300 * MiB));
        Assert.That(result.Figures["silo-1.rss.slopePerHour"], Is.EqualTo(0).Within(MiB));
    }

    [Test]
    public void Check_SlowLeak_IsCaught() => Assert.That(
        ResourceCheck.Check(Series(ResourceCheck.Resident, static second => (100 * MiB) + (second * MiB / 60) + (second % 7 * 10_000)), Limits).Violations, Is.EqualTo(1));

    [Test]
    public void Check_HandlesThatStayOpen_AreCaught() => Assert.That(
        ResourceCheck.Check(Series(ResourceCheck.Handles, static second => 200 + (second / 60)), Limits).Violations, Is.EqualTo(1));

    [Test]
    public void Check_PeakAboveTheLimit_IsCaught() => Assert.That(
        ResourceCheck.Check(Series(ResourceCheck.Resident, static second => second == 17 ? 401 * MiB : 100 * MiB), Limits).Violations, Is.EqualTo(1));

    private static List<HistoryEvent> Series(string key, Func<int, double> value) =>
        [.. Enumerable.Range(0, Samples).Select(second => new HistoryEvent { T = second * 1_000_000L, Client = "silo-1", Type = EventType.Sample, Key = key, Value = $"{value(second)}" })];
}
