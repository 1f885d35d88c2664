using System.Data;

namespace GameCluster.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
internal sealed class ClusteringQueryTests
{
    private const int Joining = 2;
    private const int Active = 3;
    private const int Dead = 6;
    private static readonly DateTime Start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private OrleansQueries _queries = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _queries = await MigratedPostgres.QueriesAsync();
        await _queries.ScalarAsync("InsertMembershipVersionKey", Cluster());
    }

    [Test]
    public async Task Keys_OfTheTable_AreThoseOfTheContract() => Assert.That(await _queries.KeysAsync(), Is.EquivalentTo(new[]
    {
        "InsertMembershipVersionKey", "InsertMembershipKey", "UpdateMembershipKey", "UpdateIAmAlivetimeKey", "MembershipReadRowKey",
        "MembershipReadAllKey", "GatewaysQueryKey", "DeleteMembershipTableEntriesKey", "CleanupDefunctSiloEntriesKey",
        "ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey", "DeleteStorageKey",
        "UpsertReminderRowKey", "ReadReminderRowsKey", "ReadReminderRowKey", "ReadRangeRows1Key", "ReadRangeRows2Key",
        "DeleteReminderRowKey", "DeleteReminderRowsKey",
    }));

    [Test]
    public async Task InsertVersion_SecondTime_ReturnsZeroAndKeepsTheVersion()
    {
        await InsertAsync(1, version: 0);

        Assert.That(await _queries.ScalarAsync("InsertMembershipVersionKey", Cluster()), Is.EqualTo(0));
        Assert.That(await VersionAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Insert_ExpectedVersion_AddsTheSiloAndRaisesTheVersion()
    {
        Assert.That(await InsertAsync(1, version: 0), Is.EqualTo(1));

        var row = await ReadRowAsync(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(row["DeploymentId"], Is.EqualTo("cluster"));
            Assert.That(row["Address"], Is.EqualTo("10.0.0.1"));
            Assert.That(row["Port"], Is.EqualTo(11111));
            Assert.That(row["Generation"], Is.EqualTo(1));
            Assert.That(row["SiloName"], Is.EqualTo("silo"));
            Assert.That(row["HostName"], Is.EqualTo("host"));
            Assert.That(row["Status"], Is.EqualTo(Joining));
            Assert.That(row["ProxyPort"], Is.EqualTo(30000));
            Assert.That(row["SuspectTimes"], Is.Null);
            Assert.That(row["StartTime"], Is.EqualTo(Start));
            Assert.That(row["IAmAliveTime"], Is.EqualTo(Start));
            Assert.That(row["Version"], Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Insert_OtherVersion_ReturnsZeroAndChangesNothing()
    {
        Assert.That(await InsertAsync(1, version: 5), Is.EqualTo(0));
        Assert.That(await VersionAsync(), Is.EqualTo(0));
        Assert.That((await ReadRowAsync(1))["Address"], Is.Null);
    }

    [Test]
    public async Task Insert_SiloThatIsThere_ReturnsZeroAndKeepsTheVersion()
    {
        await InsertAsync(1, version: 0);

        Assert.That(await InsertAsync(1, version: 1), Is.EqualTo(0));
        Assert.That(await VersionAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Insert_UnknownCluster_ReturnsZero() =>
        Assert.That(await _queries.ScalarAsync("InsertMembershipKey", InsertParameters("elsewhere", 1, 0)), Is.EqualTo(0));

    [Test]
    public async Task Insert_ConcurrentWithOneVersion_ExactlyOneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(1, 16).Select(generation => Task.Run(() => InsertAsync(generation, version: 0))));

        Assert.That(results.Count(result => result is 1), Is.EqualTo(1));
        Assert.That(await VersionAsync(), Is.EqualTo(1));
        Assert.That(await _queries.RunAsync("MembershipReadAllKey", Cluster()), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Update_ExpectedVersion_ChangesTheRowAndRaisesTheVersion()
    {
        await InsertAsync(1, version: 0);

        Assert.That(await UpdateAsync(1, version: 1, Active, "10.0.0.2:1@1,now"), Is.EqualTo(1));

        var row = await ReadRowAsync(1);
        Assert.That((row["Status"], row["SuspectTimes"], row["IAmAliveTime"], row["Version"]),
            Is.EqualTo((Active, "10.0.0.2:1@1,now", Start.AddMinutes(1), 2)));
    }

    [TestCase(1, 9)]
    [TestCase(2, 1)]
    public async Task Update_OtherVersionOrUnknownSilo_ReturnsZeroAndChangesNothing(int generation, int version)
    {
        await InsertAsync(1, version: 0);

        Assert.That(await UpdateAsync(generation, version, Active, null), Is.EqualTo(0));
        Assert.That(await VersionAsync(), Is.EqualTo(1));
        Assert.That((await ReadRowAsync(1))["Status"], Is.EqualTo(Joining));
    }

    [Test]
    public async Task Update_ConcurrentWithOneVersion_ExactlyOneWins()
    {
        await InsertAsync(1, version: 0);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => UpdateAsync(1, version: 1, Active, $"{i}"))));

        Assert.That(results.Count(result => result is 1), Is.EqualTo(1));
        Assert.That(await VersionAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task UpdateIAmAlive_OfASilo_TouchesItAndKeepsTheVersion()
    {
        await InsertAsync(1, version: 0);

        await _queries.RunAsync("UpdateIAmAlivetimeKey", [.. Silo("cluster", 1), ("IAmAliveTime", Start.AddHours(1), DbType.DateTime)]);

        var row = await ReadRowAsync(1);
        Assert.That((row["IAmAliveTime"], row["Version"]), Is.EqualTo((Start.AddHours(1), 1)));
    }

    [Test]
    public async Task ReadRow_SiloWithoutRow_ReturnsTheVersionAndNulls()
    {
        await InsertAsync(1, version: 0);

        var row = await ReadRowAsync(2);

        Assert.That((row["StartTime"], row["Version"]), Is.EqualTo(((object?)null, 1)));
    }

    [Test]
    public async Task ReadAll_NoSilos_ReturnsOneRowWithVersionAndNulls()
    {
        var row = (await _queries.RunAsync("MembershipReadAllKey", Cluster())).Single();

        Assert.That((row["DeploymentId"], row["StartTime"], row["Version"]), Is.EqualTo(("cluster", (object?)null, 0)));
    }

    [Test]
    public async Task ReadAll_TwoClusters_ReturnsTheSilosOfOne()
    {
        await InsertAsync(1, version: 0);
        await InsertAsync(2, version: 1);
        await _queries.ScalarAsync("InsertMembershipVersionKey", Cluster("other"));
        await _queries.ScalarAsync("InsertMembershipKey", InsertParameters("other", 3, 0));

        var rows = await _queries.RunAsync("MembershipReadAllKey", Cluster());

        Assert.That(rows.Select(row => (row["Generation"], row["Version"])), Is.EquivalentTo(new[] { (1, 2), (2, 2) }));
    }

    [Test]
    public async Task Gateways_OfAStatus_AreTheSilosWithAProxyPort()
    {
        await InsertAsync(1, version: 0);
        await InsertAsync(2, version: 1, proxyPort: 0);
        await InsertAsync(3, version: 2);
        await UpdateAsync(1, version: 3, Active, null);
        await UpdateAsync(2, version: 4, Active, null);

        var rows = await _queries.RunAsync("GatewaysQueryKey", [.. Cluster(), ("Status", Active, DbType.Int32)]);

        Assert.That(rows.Select(row => (row["Address"], row["ProxyPort"], row["Generation"])), Is.EqualTo(new[] { ("10.0.0.1", 30000, 1) }));
    }

    [Test]
    public async Task DeleteEntries_OfACluster_KeepsTheOthers()
    {
        await InsertAsync(1, version: 0);
        await _queries.ScalarAsync("InsertMembershipVersionKey", Cluster("other"));
        await _queries.ScalarAsync("InsertMembershipKey", InsertParameters("other", 1, 0));

        await _queries.RunAsync("DeleteMembershipTableEntriesKey", Cluster());

        Assert.That(await _queries.RunAsync("MembershipReadAllKey", Cluster()), Is.Empty);
        Assert.That((await _queries.RunAsync("MembershipReadAllKey", Cluster("other"))).Single()["Generation"], Is.EqualTo(1));
    }

    [Test]
    public async Task Cleanup_BeforeATime_RemovesOldSilosThatAreNotActive()
    {
        await InsertAsync(1, version: 0);
        await InsertAsync(2, version: 1);
        await InsertAsync(3, version: 2);
        await UpdateAsync(1, version: 3, Active, null);
        await UpdateAsync(2, version: 4, Dead, null);
        await _queries.RunAsync("UpdateIAmAlivetimeKey", [.. Silo("cluster", 3), ("IAmAliveTime", Start.AddHours(1), DbType.DateTime)]);

        await _queries.RunAsync("CleanupDefunctSiloEntriesKey", [.. Cluster(), ("IAmAliveTime", Start.AddMinutes(30), DbType.DateTime)]);

        var rows = await _queries.RunAsync("MembershipReadAllKey", Cluster());
        Assert.That(rows.Select(row => row["Generation"]), Is.EquivalentTo(new[] { 1, 3 }));
    }

    private static (string, object?, DbType)[] Cluster(string cluster = "cluster") => [("DeploymentId", cluster, DbType.String)];

    private static (string, object?, DbType)[] Silo(string cluster, int generation) =>
    [
        .. Cluster(cluster),
        ("Address", "10.0.0.1", DbType.AnsiString),
        ("Port", 11111, DbType.Int32),
        ("Generation", generation, DbType.Int32),
    ];

    private static (string, object?, DbType)[] InsertParameters(string cluster, int generation, int version, int proxyPort = 30000) =>
    [
        .. Silo(cluster, generation),
        ("SiloName", "silo", DbType.String),
        ("HostName", "host", DbType.String),
        ("Status", Joining, DbType.Int32),
        ("ProxyPort", proxyPort, DbType.Int32),
        ("StartTime", Start, DbType.DateTime),
        ("IAmAliveTime", Start, DbType.DateTime),
        ("Version", version, DbType.Int32),
    ];

    private Task<object?> InsertAsync(int generation, int version, int proxyPort = 30000) =>
        _queries.ScalarAsync("InsertMembershipKey", InsertParameters("cluster", generation, version, proxyPort));

    private Task<object?> UpdateAsync(int generation, int version, int status, string? suspectTimes) => _queries.ScalarAsync("UpdateMembershipKey",
    [
        .. Silo("cluster", generation),
        ("Status", status, DbType.Int32),
        ("SuspectTimes", suspectTimes, DbType.String),
        ("IAmAliveTime", Start.AddMinutes(1), DbType.DateTime),
        ("Version", version, DbType.Int32),
    ]);

    private async Task<Dictionary<string, object?>> ReadRowAsync(int generation) =>
        (await _queries.RunAsync("MembershipReadRowKey", Silo("cluster", generation))).Single();

    private async Task<object?> VersionAsync() => (await ReadRowAsync(0))["Version"];
}
