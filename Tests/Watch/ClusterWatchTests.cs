using System.Net;
using GameCluster.Watch;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Watch;

/// <summary>What a process knows of the cluster's quarantine, between its reports.</summary>
internal sealed class ClusterWatchTests
{
    private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    private static readonly GrainId Grain = GrainId.Create("service.tests", "a");

    private readonly FakeTimeProvider _time = new();

    [Test]
    public void TryFind_Quarantined_UntilItsTimeIsOver()
    {
        var watch = new ClusterWatch(_time);

        watch.Quarantine(Entry());

        Assert.That(watch.TryFind(Grain, out _), Is.True);
        Assert.That(watch.TryFind(GrainId.Create("service.tests", "b"), out _), Is.False);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.That(watch.TryFind(Grain, out _), Is.False);
    }

    [Test]
    public void Apply_ReportTakenAndReleasedSince_IsReleasedHereToo()
    {
        var watch = new ClusterWatch(_time);
        watch.Quarantine(Entry());
        var report = watch.Report(Silo, "silo");

        watch.Apply(report, new WatchSnapshot(report.Found, []));
        Assert.That(watch.TryFind(Grain, out _), Is.True);
        watch.Apply(watch.Report(Silo, "silo"), new WatchSnapshot([], []));

        Assert.That(watch.TryFind(Grain, out _), Is.False);
        Assert.That(watch.Report(Silo, "silo").Found, Is.Empty);
    }

    [Test]
    public void Apply_FoundAfterTheReport_StaysAndIsReportedNext()
    {
        var watch = new ClusterWatch(_time);
        var report = watch.Report(Silo, "silo");
        watch.Quarantine(Entry());

        watch.Apply(report, new WatchSnapshot([], []));

        Assert.That(watch.TryFind(Grain, out _), Is.True);
        Assert.That(watch.Report(Silo, "silo").Found, Has.Length.EqualTo(1));
    }

    [Test]
    public void End_OfAWait_IsForgottenHereAndReported()
    {
        var watch = new ClusterWatch(_time);
        watch.Quarantine(Entry());
        watch.End(Grain);

        Assert.That(watch.TryFind(Grain, out _), Is.False);
        var report = watch.Report(Silo, "silo");
        Assert.That(report.Found, Is.Empty);
        watch.Apply(report, new WatchSnapshot([], []));
        Assert.That(watch.Report(Silo, "silo").Ended, Is.Empty);
    }

    [Test]
    public void Describe_Allocations_LargestFirstAndFading()
    {
        var book = new AllocationBook();
        book.Add("service", "small", 1, 2 * AllocationBook.NotedBytes);
        book.Add("service", "large", 2, 200 * AllocationBook.NotedBytes);

        Assert.That(book.Describe(1), Is.EqualTo("message 2 of service 'large' with 200 MiB lately"));
        for (var i = 0; i < 10; i++)
        {
            book.Fade();
        }

        Assert.That(book.Describe(1), Does.StartWith("none"));
    }

    [Test]
    public void Accuse_GrainThatAllocatedMoreThanAllOthers_IsCalledOnceWithItsMessage()
    {
        var (book, accused) = (new AllocationBook(), new List<(string, int)>());
        foreach (var (key, messageId, mebibytes) in new[] { ("small", 1, 90), ("large", 2, 50), ("large", 3, 60) })
        {
            book.Add("service", key, messageId, mebibytes * AllocationBook.NotedBytes, message => accused.Add((key, message)));
        }

        Assert.That(book.Accuse(111 * AllocationBook.NotedBytes), Is.False, "not enough to matter");
        Assert.That(book.Accuse(100 * AllocationBook.NotedBytes), Is.True);
        Assert.That(book.Accuse(100 * AllocationBook.NotedBytes), Is.False);
        Assert.That(accused, Is.EqualTo(new[] { ("large", 3) }));
    }

    [Test]
    public void Accuse_NobodyAllocatedMoreThanTheOthersTogether_AccusesNobody()
    {
        var book = new AllocationBook();
        foreach (var key in new[] { "a", "b", "c" })
        {
            book.Add("service", key, 1, 100 * AllocationBook.NotedBytes, static _ => Assert.Fail("innocent"));
        }

        Assert.That(book.Accuse(1), Is.False);
        Assert.That(new AllocationBook().Accuse(0), Is.False);
    }

    private QuarantineEntry Entry() =>
        new(Grain, "tests", "a", 1, QuarantineReason.Waiting, "silo", _time.GetUtcNow(), _time.GetUtcNow() + TimeSpan.FromMinutes(10));
}
