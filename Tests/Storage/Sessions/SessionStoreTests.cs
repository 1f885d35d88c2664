using System.Diagnostics;
using GameCluster.Sessions;
using GameCluster.Tests.Infrastructure;
using Npgsql;

namespace GameCluster.Tests.Storage.Sessions;

/// <summary>What is stored of sessions whose client is away: who may write, take and delete it, and in how many statements.</summary>
[CancelAfter(120_000)]
internal sealed class SessionStoreTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly SessionId _session = SessionId.Create();
    private string _database;
    private StoreSilo _one;
    private StoreSilo _two;

    [SetUp]
    public async Task SetUpAsync()
    {
        _database = await MigratedPostgres.CreateAsync();
        (_one, _two) = (await StoreSilo.StartAsync(_database), await StoreSilo.StartAsync(_database, 2));
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Test]
    public async Task TakeAsync_ByAnotherSilo_GivesTheNewestImageAndWhatIsLeftOfItsTime()
    {
        await StoredAsync(_one, 3, 1, "first");
        await StoredAsync(_one, 3, 2, "second");

        var taken = (await _two.Store.TakeAsync(_session))!;

        Assert.That((taken.Id, taken.Epoch, Text(taken)), Is.EqualTo((_session, 3L, "second")));
        Assert.That(taken.Left, Is.InRange(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60)));
    }

    [Test]
    public async Task TakeAsync_OfNothing_IsNull()
    {
        await StoredAsync(_one, 1, 1, "of another");

        Assert.That(await _two.Store.TakeAsync(SessionId.Create()), Is.Null);
    }

    [Test]
    public async Task Keep_ByASiloThatTheSessionWasTakenFrom_CountsNoMore()
    {
        await StoredAsync(_one, 3, 1, "one");
        var taken = (await _two.Store.TakeAsync(_session))!;

        _one.Store.Keep(Image(3, 100, "too late"));
        _one.Store.Forget(_session, 3, 101);
        await SettledAsync(_one);
        Assert.That(await TextAsync(), Is.EqualTo("one"));

        _two.Store.Keep(Image(3, taken.Turn + 1, "two"));
        await SettledAsync(_two);
        Assert.That(await TextAsync(), Is.EqualTo("two"));
    }

    [Test]
    public async Task Keep_OfAnEarlierEpoch_CountsNoMore()
    {
        await StoredAsync(_two, 4, 1, "newer");

        _one.Store.Keep(Image(3, 9, "older"));
        _one.Store.Forget(_session, 3, 9);
        await SettledAsync(_one);

        Assert.That(await TextAsync(), Is.EqualTo("newer"));
    }

    [Test]
    public async Task Keep_Again_DoesNotLetItWaitForLonger()
    {
        await StoredAsync(_one, 1, 1, "one");
        var before = await ScalarAsync("SELECT expires_at FROM gamecluster_away_session");

        await StoredAsync(_one, 1, 2, "two");
        Assert.That(await ScalarAsync("SELECT expires_at FROM gamecluster_away_session"), Is.EqualTo(before));

        await StoredAsync(_one, 2, 1, "away anew");
        Assert.That(await ScalarAsync("SELECT expires_at FROM gamecluster_away_session"), Is.GreaterThan(before!));
    }

    [Test]
    public async Task Forget_OfWhatIsStored_DeletesIt()
    {
        await StoredAsync(_one, 3, 2, "one");

        _one.Store.Forget(_session, 4, 2);

        await CountedAsync(0);
        Assert.That(await _two.Store.TakeAsync(_session), Is.Null);
    }

    [Test]
    public async Task AdoptAsync_SilosThatAskAtOnce_GetEachSessionOfTheDeadOnce()
    {
        const int Count = 600;
        await using var dead = await StoreSilo.StartAsync(_database, 3);
        await using var foreign = await StoreSilo.StartAsync(_database, 3, "another service");
        for (var i = 0; i < Count; i++)
        {
            dead.Store.Keep(Image(1, 1, "orphan") with { Id = SessionId.Create() });
        }

        foreign.Store.Keep(Image(1, 1, "foreign") with { Id = SessionId.Create() });
        await StoredAsync(_one, 1, 1, "well looked after");
        await CountedAsync(Count + 2);

        var adopted = await Task.WhenAll(AdoptAllAsync(_one, dead.Address), AdoptAllAsync(_two, dead.Address));

        Assert.That(adopted.SelectMany(static sessions => sessions).ToList(), Has.Count.EqualTo(Count).And.Unique.And.Not.Contains(_session));
        Assert.That(await _two.Store.AdoptAsync([dead.Address], 10), Is.Empty);
    }

    [Test]
    public async Task AdoptAsync_OfWhatExpiredAWhileAgo_GivesItThoughItsSiloIsThere()
    {
        await StoredAsync(_one, 1, 1, "expired");
        Assert.That(await _two.Store.AdoptAsync([], 10), Is.Empty);
        await ScalarAsync("UPDATE gamecluster_away_session SET expires_at = now() - interval '11 seconds'");

        Assert.That(await _two.Store.AdoptAsync([], 10), Is.EqualTo(new[] { _session }));
        Assert.That(await _two.Store.AdoptAsync([], 10), Is.Empty, "not again at once");
        Assert.That((await _two.Store.TakeAsync(_session))!.Left, Is.LessThanOrEqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task CleanAsync_DeletesInPortionsWhatNobodyWanted()
    {
        for (var i = 0; i < 5; i++)
        {
            _one.Store.Keep(Image(1, 1, "old") with { Id = SessionId.Create() });
        }

        await CountedAsync(5);
        await ScalarAsync("UPDATE gamecluster_away_session SET expires_at = now() - interval '61 minutes'");
        await StoredAsync(_one, 1, 1, "new");

        Assert.That(await _two.Store.CleanAsync(3), Is.EqualTo(3));
        Assert.That(await _two.Store.CleanAsync(3), Is.EqualTo(2));
        Assert.That(await _two.Store.CleanAsync(3), Is.Zero);
        Assert.That(await TextAsync(), Is.EqualTo("new"));
    }

    [Test]
    public async Task Keep_OfAHerd_IsAFewStatements()
    {
        const int Count = 5_000;
        var sessions = Enumerable.Range(0, Count).Select(static _ => SessionId.Create()).ToList();
        var clock = Stopwatch.StartNew();
        sessions.ForEach(session => _one.Store.Keep(new StoredSession(session, 1, 1, TimeSpan.FromSeconds(60), new byte[1000])));
        var handedOver = clock.Elapsed;
        await CountedAsync(Count);
        var stored = clock.Elapsed;

        clock.Restart();
        sessions.ForEach(session => _one.Store.Forget(session, 2, 1));
        await CountedAsync(0);

        TestContext.Out.WriteLine(
            $"{Count} handed over in {handedOver.TotalMilliseconds:F0} ms, stored after {stored.TotalMilliseconds:F0} ms, deleted after {clock.ElapsedMilliseconds} ms, {_one.Portions.Length} statements");
        Assert.That(_one.Portions.Sum(), Is.EqualTo(2 * Count));
        Assert.That(_one.Portions, Has.Length.LessThan(2 * Count / 100));
    }

    private static async Task<List<SessionId>> AdoptAllAsync(StoreSilo silo, SiloAddress gone)
    {
        var all = new List<SessionId>();
        while (await silo.Store.AdoptAsync([gone], 50) is { Count: > 0 } portion)
        {
            all.AddRange(portion);
        }

        return all;
    }

    private static string Text(StoredSession stored) => System.Text.Encoding.UTF8.GetString(stored.Image);

    private StoredSession Image(long epoch, long turn, string text) => new(_session, epoch, turn, TimeSpan.FromSeconds(60), System.Text.Encoding.UTF8.GetBytes(text));

    private async Task StoredAsync(StoreSilo silo, long epoch, long turn, string text)
    {
        silo.Store.Keep(Image(epoch, turn, text));
        await Wait.UntilAsync(async () => await TextAsync() == text, Limit, $"'{text}' to be stored");
    }

    /// <summary>Waits until a silo has made all changes it was told to make so far.</summary>
    private async Task SettledAsync(StoreSilo silo)
    {
        var mark = SessionId.Create();
        silo.Store.Keep(new StoredSession(mark, 1, 1, TimeSpan.FromSeconds(60), []));
        await Wait.UntilAsync(async () => await ScalarAsync($"DELETE FROM gamecluster_away_session WHERE id = '{mark}' RETURNING 1") is not null, Limit, "the silo's changes");
    }

    private Task CountedAsync(long count) =>
        Wait.UntilAsync(async () => await ScalarAsync("SELECT count(*) FROM gamecluster_away_session") is long found && found == count, Limit, $"{count} stored sessions");

    private async Task<string?> TextAsync() => (string?)await ScalarAsync($"SELECT convert_from(image, 'UTF8') FROM gamecluster_away_session WHERE id = '{_session}'");

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
