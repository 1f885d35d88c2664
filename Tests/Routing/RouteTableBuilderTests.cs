using GameCluster.Routing;
using GameCluster.Services;

namespace GameCluster.Tests.Routing;

public sealed class RouteTableBuilderTests
{
    private static readonly ServiceDescriptor A = DeclaredService.Named("a", 1, 2);
    private static readonly ServiceDescriptor B = DeclaredService.Named("b", 3);

    [Test]
    public void Build_CatalogAlone_MakesEachDeclaredIdASpecial()
    {
        var withOffline = A with { Handlers = [.. A.Handlers, new() { MessageId = 999 }, new() { MessageId = 7, Direction = MessageDirection.PushOnly }] };

        var snapshot = Build([withOffline, B]).Snapshot!;

        Assert.That(snapshot.Specials, Is.EqualTo(new SpecialRoute[] { new(1, "a"), new(2, "a"), new(3, "b") }));
        Assert.That(snapshot.Ranges, Is.Empty);
    }

    [Test]
    public void Build_LaterLayers_WinOnlyForTheIdsTheyCover()
    {
        var snapshot = Build([A, B], Range("a", 0, 100), Range("b", 3, 10)).Snapshot!;

        Assert.That(snapshot.Ranges, Is.EqualTo(new RangeRoute[] { new(new(1, 2), "a"), new(new(3, 10), "b"), new(new(11, 100), "a") }));
        Assert.That(snapshot.Specials, Is.Empty);
    }

    [Test]
    public void Build_RangeUpToTheLastId_IsCutWithoutOverflow()
    {
        var snapshot = Build([A, B], Range("a", 5, int.MaxValue), Range("b", int.MaxValue, int.MaxValue)).Snapshot!;

        Assert.That(snapshot.Ranges, Is.EqualTo(new RangeRoute[] { new(new(5, int.MaxValue - 1), "a"), new(new(int.MaxValue, int.MaxValue), "b") }));
    }

    [Test]
    public void Build_EveryKindOfMistake_NamesThemAllWithLayerAndRemedy()
    {
        var configuration = new RouteDocument
        {
            Ranges = new Dictionary<string, RouteRange[]> { ["a"] = [new(1, 10), new(9, 20), new(30, 25), new(-4, 0), new(0, 0)], ["zz"] = [new(50, 60)] },
            Specials = new Dictionary<string, int[]> { ["a"] = [5, 0], ["b"] = [5] },
            NoStateRanges = [new(8, 2)],
            NoStateSpecials = [-1],
        };
        var operators = new RouteDocument
        {
            Services = new Dictionary<string, ServiceOverride> { ["b"] = new() { Key = ServiceKey.Fixed }, ["yy"] = new() { RequiresLogin = true } },
        };

        var build = Build([A, B, DeclaredService.Named("c", 0, 2)], configuration, operators);

        Assert.That(build.Snapshot, Is.Null);
        Assert.That(build.Problems, Has.Length.EqualTo(12), () => string.Join(Environment.NewLine, build.Problems));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: range.a: [9,20] overlaps [1,10] of 'a'"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: range.a: [30,25] is empty"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: range.a: [-4,0] holds ids that no client may send"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: range.a: [0,0] holds ids that no client may send"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: range.zz: no silo has declared a service 'zz' (known: a, b, c)"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: special.a: 0 is no message id"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: special.b: 5 also stands at special.a"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: no_state.range: [8,2] is empty"));
        Assert.That(build.Problems, Has.One.StartsWith("configuration: no_state.special: -1 is no message id"));
        Assert.That(build.Problems, Has.One.StartsWith("operator: services.yy: no silo has declared a service 'yy'"));
        Assert.That(build.Problems, Has.One.StartsWith("operator: service 'b': the key rule is fixed but there is no fixed key"));
        Assert.That(build.Problems, Has.One.StartsWith("catalog: service 'c': 0 is no message id"));
    }

    [Test]
    public void Build_TwoServicesDeclareOneId_IsAProblemUntilALaterLayerDecides()
    {
        var rival = DeclaredService.Named("c", 2);

        Assert.That(Build([A, B, rival]).Problems.Single(), Does.StartWith("catalog: service 'c': 2 is declared by 'a' too"));
        Assert.That(Build([A, B, rival], Range("c", 2, 2)).Snapshot, Is.Not.Null);
    }

    [Test]
    public void Build_OneServiceDeclaredTwiceOrWithTwoHandlersOfAnId_IsAProblem()
    {
        Assert.That(Build([A, A]).Problems, Has.One.StartsWith("catalog: service 'a' is declared twice"));
        Assert.That(Build([DeclaredService.Named("a", 4, 4)]).Problems, Has.One.StartsWith("catalog: service 'a': 4 has 2 handlers"));
    }

    [Test]
    public void Build_TooManyEntries_IsRefusedAsAWhole()
    {
        var flood = new RouteDocument { Specials = new Dictionary<string, int[]> { ["a"] = [.. Enumerable.Range(1, RouteLayerReader.MaxEntries + 1)] } };

        Assert.That(Build([A, B], operators: flood).Problems.Single(), Does.StartWith("operator: 10001 entries are more than the 10000"));
    }

    [Test]
    public void Build_Overrides_LaterWinsPerSettingAndOverHandlers()
    {
        var declared = A with { Handlers = [new() { MessageId = 1, Login = LoginRequirement.NotRequired }] };
        var configuration = Override("a", new() { RequiresLogin = true, Key = ServiceKey.Player });
        var operators = Override("a", new() { Key = ServiceKey.Fixed, FixedKey = "main" });

        var service = Build([declared], configuration, operators).Snapshot!.Services.Single();

        Assert.Multiple(() =>
        {
            Assert.That(service.RequiresLogin, Is.True);
            Assert.That(service.Handlers.Single().Login, Is.EqualTo(LoginRequirement.AsService));
            Assert.That((service.Key, service.FixedKey), Is.EqualTo((ServiceKey.Fixed, "main")));
        });
    }

    [Test]
    public void Build_NoStateOfBothDocuments_IsUnited()
    {
        var configuration = new RouteDocument { NoStateRanges = [new(5, 9), new(0, 3)], NoStateSpecials = [50, 40] };
        var operators = new RouteDocument { NoStateRanges = [new(8, 12)], NoStateSpecials = [40] };

        var snapshot = Build([A], configuration, operators).Snapshot!;

        Assert.That(snapshot.NoStateRanges, Is.EqualTo(new RouteRange[] { new(1, 3), new(5, 12) }));
        Assert.That(snapshot.NoStateSpecials, Is.EqualTo(new[] { 40, 50 }));
    }

    [Test]
    public void Build_WhatLooksWrong_IsWarnedOf()
    {
        var room = DeclaredService.Named("room", 200) with { Key = ServiceKey.Room };
        var configuration = Range("a", 3, 10) with { Specials = new Dictionary<string, int[]> { ["a"] = [999] }, NoStateRanges = [new(100, 300)] };

        var build = Build([A, B, room], configuration);

        Assert.That(build.Snapshot!.Specials.Select(special => special.MessageId), Does.Not.Contain(999));
        Assert.That(build.Warnings, Has.Length.EqualTo(4), () => string.Join(Environment.NewLine, build.Warnings));
        Assert.That(build.Warnings, Has.One.StartsWith("configuration: special.a: 999 says that a session has ended"));
        Assert.That(build.Warnings, Has.One.StartsWith("service 'b': nothing is routed to it, though it handles 3"));
        Assert.That(build.Warnings, Has.One.StartsWith("service 'b' declares 3, routed to 'a', which does not handle them"));
        Assert.That(build.Warnings, Has.One.EqualTo("service 'room' has one grain per room key, but no_state sends 200 to any of its grains"));
    }

    [Test]
    public void Build_OrderlyTable_HasNoWarnings() => Assert.That(Build([A, B], Range("a", 1, 2)).Warnings, Is.Empty);

    private static RouteBuild Build(ServiceDescriptor[] catalog, RouteDocument? configuration = null, RouteDocument? operators = null) =>
        RouteTableBuilder.Build(catalog, configuration ?? RouteDocument.Empty, operators ?? RouteDocument.Empty, version: 1);

    private static RouteDocument Range(string service, int from, int to) =>
        new() { Ranges = new Dictionary<string, RouteRange[]> { [service] = [new(from, to)] } };

    private static RouteDocument Override(string service, ServiceOverride set) =>
        new() { Services = new Dictionary<string, ServiceOverride> { [service] = set } };
}
