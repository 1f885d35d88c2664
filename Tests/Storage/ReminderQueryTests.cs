using System.Data;

namespace GameCluster.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
internal sealed class ReminderQueryTests
{
    private static readonly DateTime Start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private OrleansQueries _queries = null!;

    [SetUp]
    public async Task SetUpAsync() => _queries = await MigratedPostgres.QueriesAsync();

    [Test]
    public async Task Upsert_FirstAndSecondTime_ReturnsVersionZeroThenOne()
    {
        Assert.That(await UpsertAsync("grain", "tick", hash: 1), Is.EqualTo(0));
        Assert.That(await UpsertAsync("grain", "tick", hash: 1, period: 90_000_000_000), Is.EqualTo(1));

        var row = (await _queries.RunAsync("ReadReminderRowKey", Reminder("grain", "tick"))).Single();
        Assert.That((row["GrainId"], row["ReminderName"], row["StartTime"], row["Period"], row["Version"]),
            Is.EqualTo(("grain", "tick", Start, 90_000_000_000L, 1)));
    }

    [Test]
    public async Task Upsert_Concurrent_CountsEachOnce()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => UpsertAsync("grain", "tick", hash: 1))));

        Assert.That(versions, Is.EquivalentTo(Enumerable.Range(0, 16)));
    }

    [Test]
    public async Task ReadRows_OfAGrain_ReturnsItsRemindersOfTheService()
    {
        await UpsertAsync("grain", "a", hash: 1);
        await UpsertAsync("grain", "b", hash: 1);
        await UpsertAsync("other", "a", hash: 1);
        await UpsertAsync("grain", "c", hash: 1, service: "other");

        var rows = await _queries.RunAsync("ReadReminderRowsKey", Reminder("grain", "unused")[..2]);

        Assert.That(rows.Select(row => row["ReminderName"]), Is.EquivalentTo(new[] { "a", "b" }));
    }

    [TestCase("ReadRangeRows1Key", -10, 10, new[] { 0, 10 })]
    [TestCase("ReadRangeRows2Key", 10, -10, new[] { int.MinValue, -10, 11, int.MaxValue })]
    [TestCase("ReadRangeRows2Key", 0, 0, new[] { int.MinValue, -10, 0, 10, 11, int.MaxValue })]
    public async Task ReadRange_OfSignedHashes_ExcludesBeginAndIncludesEnd(string key, int begin, int end, int[] expected)
    {
        foreach (var hash in new[] { int.MinValue, -10, 0, 10, 11, int.MaxValue })
        {
            await UpsertAsync("grain", $"{hash}", hash);
        }

        var rows = await _queries.RunAsync(key,
            ("ServiceId", "game", DbType.String), ("BeginHash", begin, DbType.Int32), ("EndHash", end, DbType.Int32));

        Assert.That(rows.Select(row => row["ReminderName"]), Is.EquivalentTo(expected.Select(hash => $"{hash}")));
    }

    [Test]
    public async Task Delete_ThatVersion_RemovesItAndReturnsOne()
    {
        await UpsertAsync("grain", "tick", hash: 1);

        Assert.That(await DeleteAsync(0), Is.EqualTo(1));
        Assert.That(await _queries.RunAsync("ReadReminderRowKey", Reminder("grain", "tick")), Is.Empty);
    }

    [Test]
    public async Task Delete_OtherVersion_ReturnsZeroAndKeepsIt()
    {
        await UpsertAsync("grain", "tick", hash: 1);
        await UpsertAsync("grain", "tick", hash: 1);

        Assert.That(await DeleteAsync(0), Is.EqualTo(0));
        Assert.That(await _queries.RunAsync("ReadReminderRowKey", Reminder("grain", "tick")), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task DeleteAll_OfAService_KeepsTheOthers()
    {
        await UpsertAsync("grain", "tick", hash: 1);
        await UpsertAsync("grain", "tick", hash: 1, service: "other");

        await _queries.RunAsync("DeleteReminderRowsKey", ("ServiceId", "game", DbType.String));

        Assert.That(await _queries.RunAsync("ReadReminderRowKey", Reminder("grain", "tick")), Is.Empty);
        Assert.That(await _queries.RunAsync("ReadReminderRowKey", Reminder("grain", "tick", "other")), Has.Count.EqualTo(1));
    }

    private static (string, object?, DbType)[] Reminder(string grain, string name, string service = "game") =>
        [("ServiceId", service, DbType.String), ("GrainId", grain, DbType.AnsiString), ("ReminderName", name, DbType.String)];

    private async Task<int> UpsertAsync(string grain, string name, int hash, string service = "game", long period = 60_000) =>
        (int)(await _queries.ScalarAsync("UpsertReminderRowKey",
        [
            .. Reminder(grain, name, service),
            ("StartTime", Start, DbType.DateTime),
            // The provider sends a period that fits as an int.
            ("Period", period, period <= int.MaxValue ? DbType.Int32 : DbType.Int64),
            ("GrainHash", hash, DbType.Int32),
        ]))!;

    private Task<object?> DeleteAsync(int version) =>
        _queries.ScalarAsync("DeleteReminderRowKey", [.. Reminder("grain", "tick"), ("Version", version, DbType.Int32)]);
}
