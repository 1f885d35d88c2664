using GameCluster.Gateway.Routing;
using GameCluster.Routing;
using GameCluster.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace GameCluster.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly RouteSnapshot Snapshot = new()
    {
        Version = 3,
        Services = [DeclaredService.Named("a", 1, 50), DeclaredService.Named("hall", 60) with { Key = ServiceKey.Fixed, FixedKey = "main" }],
        Ranges = [new(new(1, 99), "a")],
        Specials = [new(60, "hall")],
    };

    [Test]
    public void Find_AnyOutcome_AllocatesNothing()
    {
        var table = new RouteTable(Snapshot);
        var ids = new[] { 1, 50, 60, 70, 999, 0, 5000 };
        var routed = FindAll(table, ids, times: 1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        routed += FindAll(table, ids, times: 1000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(routed, Is.EqualTo(6000));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void ServiceRoute_GrainIds_AreTheOnesOrleansMakes()
    {
        var table = new RouteTable(Snapshot);

        Assert.Multiple(() =>
        {
            Assert.That(table.FindService("a")!.CreateGrainId("k1"), Is.EqualTo(GrainId.Create("svc.a", "k1")));
            Assert.That(table.FindService("a")!.FixedGrain, Is.Null);
            Assert.That(table.FindService("hall")!.FixedGrain, Is.EqualTo(GrainId.Create("svc.hall", "main")));
            Assert.That(table.FindService("nobody"), Is.Null);
            Assert.That(RouteTable.Empty.Find(1).Outcome, Is.EqualTo(RouteOutcome.Unknown));
        });
    }

    [Test]
    public void Apply_OlderOrSameVersion_LeavesTheTable()
    {
        var source = new RouteTableSource(NullLogger<RouteTableSource>.Instance);

        Assert.That(source.Apply(Snapshot), Is.True);
        var current = source.Current;
        Assert.That(source.Apply(Snapshot with { Ranges = [] }), Is.False);
        Assert.That(source.Apply(Snapshot with { Version = 2 }), Is.False);
        Assert.That(source.Current, Is.SameAs(current));
        Assert.That(source.Apply(Snapshot with { Version = 4, Ranges = [] }), Is.True);
        Assert.That(source.Current.Find(50).Outcome, Is.EqualTo(RouteOutcome.Unknown));
    }

    private static int FindAll(RouteTable table, int[] ids, int times)
    {
        var routed = 0;
        for (var i = 0; i < times; i++)
        {
            foreach (var id in ids)
            {
                routed += table.Find(id).Outcome == RouteOutcome.Routed ? 1 : 0;
            }
        }

        return routed;
    }
}
