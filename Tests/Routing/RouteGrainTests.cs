using System.Net;
using GameCluster.Routing;
using GameCluster.Services;

namespace GameCluster.Tests.Routing;

public sealed class RouteGrainTests
{
    private static readonly SiloAddress Gateway = SiloAddress.New(IPAddress.Loopback, 1, 1);
    private static readonly SiloAddress OtherGateway = SiloAddress.New(IPAddress.Loopback, 2, 1);

    private RouteCluster _cluster;

    private IRouteGrain Routes => _cluster.Routes;

    [SetUp]
    public async Task SetUp()
    {
        _cluster = await RouteCluster.StartAsync();
        await Routes.ReportCatalogAsync("silo-1", [DeclaredService.Named("a", 1), DeclaredService.Named("b", 2)]);
    }

    [TearDown]
    public async Task TearDown() => await _cluster.DisposeAsync();

    [Test]
    public async Task ReportCatalog_SameServicesAgain_WritesNothing()
    {
        var writes = _cluster.Storage.Writes;

        var again = await Routes.ReportCatalogAsync("silo-2", [DeclaredService.Named("b", 2), DeclaredService.Named("a", 1)]);

        Assert.That((again.Status, again.Version), Is.EqualTo((RouteChangeStatus.Unchanged, 1)));
        Assert.That(_cluster.Storage.Writes, Is.EqualTo(writes));
    }

    [Test]
    public async Task ReportCatalog_NewerDescriptor_WinsAndOthersStay()
    {
        await Routes.ReportCatalogAsync("silo-2", [DeclaredService.Named("b", 20), DeclaredService.Named("c", 3)]);

        var table = (await Routes.GetReportAsync()).Effective;
        Assert.That(table.Version, Is.EqualTo(2));
        Assert.That(table.Specials, Is.EqualTo(new SpecialRoute[] { new(1, "a"), new(3, "c"), new(20, "b") }));
    }

    [Test]
    public async Task ReportCatalog_IdOfAnotherService_IsRefusedAndTheTableStays()
    {
        var change = await Routes.ReportCatalogAsync("silo-2", [DeclaredService.Named("c", 1, 3)]);

        Assert.That((change.Status, change.Version), Is.EqualTo((RouteChangeStatus.Invalid, 1)));
        Assert.That(change.Problems.Single(), Does.StartWith("catalog: service 'c': 1 is declared by 'a' too"));
        Assert.That((await Routes.GetReportAsync()).Effective.Services.Select(service => service.Name), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Retire_OfAService_FreesItsIdsUntilItIsReportedAgain()
    {
        var retired = await Routes.RetireAsync("b", expectedVersion: 1, "ann");
        var table = (await Routes.GetReportAsync()).Effective;
        var other = await Routes.ReportCatalogAsync("silo-2", [DeclaredService.Named("c", 2)]);
        var again = await Routes.ReportCatalogAsync("silo-3", [DeclaredService.Named("b", 3)]);

        Assert.That((retired.Status, retired.Version), Is.EqualTo((RouteChangeStatus.Applied, 2)));
        Assert.That((table.Services.Single().Name, table.Specials.Single()), Is.EqualTo(("a", new SpecialRoute(1, "a"))));
        Assert.That((other.Status, again.Status), Is.EqualTo((RouteChangeStatus.Applied, RouteChangeStatus.Applied)));
        Assert.That((await Routes.GetReportAsync()).Effective.Specials, Is.EqualTo(new SpecialRoute[] { new(1, "a"), new(2, "c"), new(3, "b") }));
    }

    [Test]
    public async Task Retire_OfAServiceThatATableNames_IsRefusedWithThePlace()
    {
        await Routes.PutAsync(Special("b", 10), expectedVersion: 1, "ann");

        var named = await Routes.RetireAsync("b", expectedVersion: 2, "ann");
        var late = await Routes.RetireAsync("a", expectedVersion: 1, "ann");
        var unknown = await Routes.RetireAsync("x", expectedVersion: 2, "ann");

        Assert.That(named.Status, Is.EqualTo(RouteChangeStatus.Invalid));
        Assert.That(named.Problems.Single(), Does.Contain("operator").And.Contain("'b'"));
        Assert.That((late.Status, unknown.Status), Is.EqualTo((RouteChangeStatus.VersionMismatch, RouteChangeStatus.Unchanged)));
        Assert.That((await Routes.GetReportAsync()).Effective.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Put_InvalidDocument_ReportsAllProblemsAndChangesNothing()
    {
        await Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann");

        var change = await Routes.PutAsync(
            new RouteDocument { Ranges = new Dictionary<string, RouteRange[]> { ["a"] = [new(5, 1)], ["x"] = [new(1, 9)] } }, expectedVersion: 2, "ann");

        Assert.That((change.Status, change.Version), Is.EqualTo((RouteChangeStatus.Invalid, 2)));
        Assert.That(change.Problems, Has.Length.EqualTo(2));
        Assert.That((await Routes.GetReportAsync()).Operator.Specials["a"], Is.EqualTo(new[] { 10 }));
    }

    [Test]
    public async Task Put_VersionOfAnotherReader_IsRefused()
    {
        var first = await Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann");
        var late = await Routes.PutAsync(Special("a", 11), expectedVersion: 1, "bob");
        var same = await Routes.PutAsync(Special("a", 10), expectedVersion: 2, "bob");

        Assert.That((first.Status, first.Version), Is.EqualTo((RouteChangeStatus.Applied, 2)));
        Assert.That((late.Status, late.Version), Is.EqualTo((RouteChangeStatus.VersionMismatch, 2)));
        Assert.That((same.Status, same.Version), Is.EqualTo((RouteChangeStatus.Unchanged, 2)));
    }

    [Test]
    public async Task Put_Concurrently_ExactlyOneWinsEachVersion()
    {
        for (var version = 1; version <= 5; version++)
        {
            var expected = version;
            var changes = await Task.WhenAll(Enumerable.Range(0, 8)
                .Select(writer => Routes.PutAsync(Special("a", (100 * expected) + writer), expected, $"writer {writer}").AsTask()));

            Assert.That(changes.Count(change => change.Status == RouteChangeStatus.Applied), Is.EqualTo(1));
            Assert.That(changes.Count(change => change.Status == RouteChangeStatus.VersionMismatch), Is.EqualTo(7));
            Assert.That(changes.Select(change => change.Version), Is.All.EqualTo(expected + 1));
        }
    }

    [Test]
    public async Task Configure_ThenPut_LayersAreKeptApart()
    {
        await Routes.ConfigureAsync(Special("a", 10, 11), "routes.json");
        await Routes.PutAsync(Special("b", 11), expectedVersion: 2, "ann");

        var report = await Routes.GetReportAsync();

        Assert.That(report.Effective.Specials, Is.EqualTo(new SpecialRoute[] { new(1, "a"), new(2, "b"), new(10, "a"), new(11, "b") }));
        Assert.That(report.Configuration.Specials["a"], Is.EqualTo(new[] { 10, 11 }));
        Assert.That(report.Operator.Specials["b"], Is.EqualTo(new[] { 11 }));
    }

    [Test]
    public async Task Rollback_ToVersionsInTheHistory_PutsTheirLayerInForceAsANewVersion()
    {
        await Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann");
        await Routes.ReportCatalogAsync("silo-2", [DeclaredService.Named("c", 3)]);
        await Routes.PutAsync(Special("a", 11), expectedVersion: 3, "bob");

        var back = await Routes.RollbackAsync(toVersion: 3, expectedVersion: 4, "cyd");
        Assert.That((back.Status, back.Version), Is.EqualTo((RouteChangeStatus.Applied, 5)));
        Assert.That((await Routes.GetReportAsync()).Operator.Specials["a"], Is.EqualTo(new[] { 10 }), "version 3 had the layer of version 2");

        var toStart = await Routes.RollbackAsync(toVersion: 0, expectedVersion: 5, "cyd");
        Assert.That(toStart.Status, Is.EqualTo(RouteChangeStatus.Applied));
        Assert.That((await Routes.GetReportAsync()).Operator.Specials, Is.Empty);
        Assert.That((await Routes.GetHistoryAsync()).Select(entry => (entry.Version, entry.By)), Is.EqualTo(new[] { (6L, "cyd"), (5, "cyd"), (4, "bob"), (2, "ann"), (0, "start") }));
    }

    [Test]
    public async Task Rollback_UnknownOrStale_ChangesNothing()
    {
        Assert.That((await Routes.RollbackAsync(toVersion: 9, expectedVersion: 1, "ann")).Status, Is.EqualTo(RouteChangeStatus.UnknownVersion));
        Assert.That((await Routes.RollbackAsync(toVersion: -1, expectedVersion: 1, "ann")).Status, Is.EqualTo(RouteChangeStatus.UnknownVersion));
        Assert.That((await Routes.RollbackAsync(toVersion: 0, expectedVersion: 7, "ann")).Status, Is.EqualTo(RouteChangeStatus.VersionMismatch));
    }

    [Test]
    public async Task GetHistory_ManyChanges_KeepsTheLastFifty()
    {
        for (var version = 1; version <= 60; version++)
        {
            await Routes.PutAsync(Special("a", 100 + version), version, "ann");
        }

        var history = await Routes.GetHistoryAsync();

        Assert.That(history.Select(entry => entry.Version), Is.EqualTo(Enumerable.Range(0, 50).Select(i => 61L - i)));
        Assert.That((await Routes.RollbackAsync(toVersion: 11, expectedVersion: 61, "ann")).Status, Is.EqualTo(RouteChangeStatus.UnknownVersion));
    }

    [Test]
    public async Task Deactivation_OfTheGrain_LosesNothing()
    {
        var services = new Dictionary<string, ServiceOverride> { ["b"] = new() { RequiresLogin = true, Key = ServiceKey.Player } };
        await Routes.ConfigureAsync(new RouteDocument { NoStateRanges = [new(1, 9)], NoStateSpecials = [70], Services = services }, "routes.json");
        await Routes.PutAsync(new RouteDocument { Ranges = new Dictionary<string, RouteRange[]> { ["a"] = [new(10, 20)] } }, expectedVersion: 2, "ann");
        var before = await Routes.GetReportAsync();

        await _cluster.DeactivateAsync();
        var after = await Routes.GetReportAsync();

        Assert.That(RouteDocumentJson.Write(after.Operator), Is.EqualTo(RouteDocumentJson.Write(before.Operator)));
        Assert.That(RouteDocumentJson.Write(after.Configuration), Is.EqualTo(RouteDocumentJson.Write(before.Configuration)));
        Assert.That(Json(after.Effective), Is.EqualTo(Json(before.Effective)));
        Assert.That(after.Warnings, Is.EqualTo(before.Warnings));
        Assert.That(RouteDocumentJson.Write(RouteDocument.Empty), Is.EqualTo("{}"), "reading the state must not fill the shared empty document");
        Assert.That((await Routes.GetHistoryAsync()).Select(entry => entry.Version), Is.EqualTo(new[] { 3, 0 }));
    }

    [Test]
    public async Task Put_StorageRefuses_ChangesNothingAndSaysSo()
    {
        _cluster.Storage.FailBeforeWrites = true;
        var refused = await Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann");
        _cluster.Storage.FailBeforeWrites = false;

        Assert.That((refused.Status, refused.Version), Is.EqualTo((RouteChangeStatus.NotStored, 1)));
        Assert.That((await Routes.GetReportAsync()).Operator.Specials, Is.Empty);
        Assert.That((await Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann")).Status, Is.EqualTo(RouteChangeStatus.Applied));
    }

    [Test]
    public async Task Put_StoredButNotConfirmed_WhatIsStoredIsInForce()
    {
        await Routes.SubscribeAsync(Gateway, knownVersion: 1);
        _cluster.Storage.FailAfterWrites = true;
        _cluster.Storage.FailReads = true;
        var unknown = await Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann");
        var blocked = await Routes.PutAsync(Special("a", 11), expectedVersion: 1, "bob");
        _cluster.Storage.FailAfterWrites = false;
        _cluster.Storage.FailReads = false;

        Assert.That((unknown.Status, unknown.Version), Is.EqualTo((RouteChangeStatus.NotStored, 1)));
        Assert.That((blocked.Status, blocked.Version), Is.EqualTo((RouteChangeStatus.NotStored, 1)));

        var repeated = await Routes.PutAsync(Special("a", 12), expectedVersion: 1, "ann");
        Assert.That((repeated.Status, repeated.Version), Is.EqualTo((RouteChangeStatus.VersionMismatch, 2)));
        Assert.That((await Routes.GetReportAsync()).Operator.Specials["a"], Is.EqualTo(new[] { 10 }));
        Assert.That((await _cluster.Listeners.NextAsync()).Snapshot.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Subscribe_WhileAChangeWaitsForTheStorage_GetsTheTableInForce()
    {
        var storage = _cluster.Storage;
        storage.WriteGate = new TaskCompletionSource();
        var change = Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann").AsTask();

        var meanwhile = await Routes.SubscribeAsync(Gateway, knownVersion: 0).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.That(meanwhile!.Version, Is.EqualTo(1));
        Assert.That(change.IsCompleted, Is.False);

        storage.WriteGate.SetResult();
        Assert.That((await change).Status, Is.EqualTo(RouteChangeStatus.Applied));
        Assert.That(await Routes.SubscribeAsync(Gateway, knownVersion: 2), Is.Null);
    }

    [Test]
    public async Task Put_SomeGatewaysHangOrFail_OthersAreToldAndTheAnswerIsNotDelayed()
    {
        var failing = SiloAddress.New(IPAddress.Loopback, 3, 1);
        _cluster.Listeners.Answers[Gateway] = new TaskCompletionSource().Task;
        _cluster.Listeners.Answers[failing] = Task.FromException(new IOException("no such gateway"));
        foreach (var gateway in new[] { Gateway, failing, OtherGateway })
        {
            await Routes.SubscribeAsync(gateway, knownVersion: 1);
        }

        var change = await Routes.PutAsync(Special("a", 10), expectedVersion: 1, "ann").AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.That(change.Status, Is.EqualTo(RouteChangeStatus.Applied));
        var told = new[] { await _cluster.Listeners.NextAsync(), await _cluster.Listeners.NextAsync(), await _cluster.Listeners.NextAsync() };
        Assert.That(told.Select(call => call.Gateway), Is.EquivalentTo(new[] { Gateway, failing, OtherGateway }));

        await Routes.PutAsync(Special("a", 11), expectedVersion: 2, "ann");
        var next = await _cluster.Listeners.NextAsync();
        Assert.That((next.Gateway, next.Snapshot.Version), Is.EqualTo((OtherGateway, 3)));
        Assert.That(_cluster.Listeners.HasMore, Is.False, "gateways that did not answer are told again only after they have asked");
    }

    [Test]
    public async Task Subscribe_WithAVersionAboveTheStoredOne_MovesTheTableAboveIt()
    {
        var snapshot = await Routes.SubscribeAsync(Gateway, knownVersion: 40);

        Assert.That(snapshot!.Version, Is.EqualTo(41));
        Assert.That(snapshot.Specials, Has.Length.EqualTo(2));
        Assert.That((await Routes.PutAsync(Special("a", 10), expectedVersion: 41, "ann")).Version, Is.EqualTo(42));
    }

    private static RouteDocument Special(string service, params int[] ids) => new() { Specials = new Dictionary<string, int[]> { [service] = ids } };

    private static string Json(RouteSnapshot snapshot) => System.Text.Json.JsonSerializer.Serialize(snapshot);
}
