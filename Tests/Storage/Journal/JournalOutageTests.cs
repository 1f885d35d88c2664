using System.Diagnostics;
using GameCluster.Rooms.Journal;
using GameCluster.Silo.Storage;
using GameCluster.Silo.Storage.Journal;
using GameCluster.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>The journal on a PostgreSQL that is stopped, frozen, killed or cut off.</summary>
[CancelAfter(120_000)]
internal sealed class JournalOutageTests
{
    private const string CutAppends = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'WITH entry AS%' OR query = 'SELECT 1'";

    // Pinged already, and younger than the connection that asks.
    private const string NewAppends =
        "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT 1' AND backend_start > (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())";

    private const string Counting = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%SET openings = %' AND pid <> pg_backend_pid()";

    // What is promised, and what a machine that is busy with other tests may add.
    private static readonly TimeSpan Outcome = TimeSpan.FromSeconds(1.5 + 0.5);
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(1 + 2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private PostgresServer _server;
    private string _database;
    private JournalSilo _silo;

    private IRoomJournal Journal => _silo.Journal;

    [OneTimeSetUp]
    public async Task StartServerAsync()
    {
        _server = await PostgresServer.StartNewAsync();
        _database = await _server.CreateDatabaseAsync();
        await new PostgreSqlMigrator(_database, NullLogger.Instance, TimeProvider.System).MigrateAsync(CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task StopServerAsync() => await _server.DisposeAsync();

    [SetUp]
    public void SetUp() => _silo = new JournalSilo(new PostgreSqlJournalDatabase(_database));

    [TearDown]
    public async Task TearDownAsync() => await _silo.DisposeAsync();

    [Test]
    public async Task AppendAsync_ServerStopped_RefusesAtOnceAndGoesOnWithinASecondOfItsReturn([Values] bool immediate)
    {
        var claim = await Journal.CreateRoomAsync(NewRoom());
        await _server.StopAsync(immediate);
        await Wait.UntilAsync(() => _silo.IsAway, Patience, "the journal notices that its idle connection is gone");

        for (var i = 0; i < 3; i++)
        {
            var (outcome, time) = await TimedAsync(Journal.AppendAsync(claim, 2, "refused"));
            Assert.That(outcome, Is.EqualTo(AppendOutcome.Unavailable));
            Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds(250)));
        }

        Assert.That(async () => await Journal.OpenAsync(claim.Room), Throws.TypeOf<JournalUnavailableException>());
        await _server.StartAsync();
        var clock = Stopwatch.StartNew();
        await Wait.UntilAsync(async () => await Journal.AppendAsync(claim, 2, "two") == AppendOutcome.Appended, Patience, "entries are taken again");

        Assert.That(clock.Elapsed, Is.LessThan(Return));
        Assert.That((await Journal.ReadTailAsync(claim, 0))!.Texts(), Is.EqualTo(new[] { "1:1", "2:two" }));
        Assert.That(_silo.Logger.Lines.Count(static line => line.StartsWith("Error", StringComparison.Ordinal)), Is.EqualTo(1), "an outage is one line, however long it lasts");
    }

    [Test]
    public async Task AppendAsync_ServerFrozen_IsUnknownInTimeThenRefusedAtOnce()
    {
        var (claim, other) = (await Journal.CreateRoomAsync(NewRoom()), await Journal.CreateRoomAsync(NewRoom()));
        await _server.PauseAsync();
        try
        {
            // The first is sent, unless a ping is under way just then; the second finds either of them and waits.
            var sent = TimedAsync(Journal.AppendAsync(claim, 2, "two"));
            var waiting = TimedAsync(Journal.AppendAsync(other, 2, "two"));
            Assert.That((await sent).Outcome, Is.AnyOf(AppendOutcome.Unknown, AppendOutcome.Unavailable));
            Assert.That((await sent).Time, Is.LessThan(Outcome));
            Assert.That((await waiting).Outcome, Is.AnyOf(AppendOutcome.Unknown, AppendOutcome.Unavailable));
            Assert.That((await waiting).Time, Is.LessThan(Outcome));

            await Wait.UntilAsync(() => _silo.IsAway, Patience, "the journal notices");
            var (outcome, time) = await TimedAsync(Journal.AppendAsync(other, 2, "refused"));
            Assert.That(outcome, Is.EqualTo(AppendOutcome.Unavailable));
            Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds(250)));
        }
        finally
        {
            await _server.ResumeAsync();
        }

        var clock = Stopwatch.StartNew();
        await Wait.UntilAsync(() => !_silo.IsAway, Patience, "the server is found again");
        Assert.That(clock.Elapsed, Is.LessThan(Return));
        await GoOnAsync(claim);
        await GoOnAsync(other);
    }

    [Test]
    public async Task Reading_ServerFrozen_ThrowsWithinTwoSeconds()
    {
        var claim = await Journal.CreateRoomAsync(NewRoom());
        await _server.PauseAsync();
        try
        {
            var clock = Stopwatch.StartNew();
            Assert.That(async () => await Journal.OpenAsync(claim.Room), Throws.TypeOf<JournalUnavailableException>());
            Assert.That(async () => await Journal.ReadTailAsync(claim, 0), Throws.TypeOf<JournalUnavailableException>());
            Assert.That(clock.Elapsed, Is.LessThan(2 * Outcome));
        }
        finally
        {
            await _server.ResumeAsync();
        }

        await Wait.UntilAsync(() => !_silo.IsAway, Patience, "the server is found again");
    }

    [Test]
    public async Task AppendAsync_ServerAwayAtTheStart_IsRefusedUntilItIsThere()
    {
        await _server.StopAsync();
        await using var late = new JournalSilo(new PostgreSqlJournalDatabase(_database), "silo-2");

        var (outcome, time) = await TimedAsync(late.Journal.AppendAsync(new RoomClaim(1, NewRoom(), 1), 1, "one"));
        Assert.That(outcome, Is.EqualTo(AppendOutcome.Unavailable));
        Assert.That(time, Is.LessThan(Outcome));

        await _server.StartAsync();
        await Wait.UntilAsync(() => !late.IsAway, Patience, "the server is found");
        await late.Journal.CreateRoomAsync(NewRoom());
    }

    [Test]
    public async Task AppendAsync_IdleConnectionCut_IsNoticedBeforeAnEntryIsSent()
    {
        var claim = await Journal.CreateRoomAsync(NewRoom());
        await using var connection = await ConnectAsync();
        await ScalarAsync(connection, CutAppends);
        await Wait.UntilAsync(async () => await ScalarAsync(connection, NewAppends) is > 0L, Patience, "the connection is made anew");

        Assert.That(await Journal.AppendAsync(claim, 2, "two"), Is.EqualTo(AppendOutcome.Appended));
    }

    [Test]
    public async Task AppendAsync_RoomHeldBySomebody_HoldsNoOtherRoomUp()
    {
        var (held, free) = (await Journal.CreateRoomAsync(NewRoom()), await Journal.CreateRoomAsync(NewRoom()));
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ScalarAsync(connection, $"SELECT id FROM gamecluster_room WHERE id = {held.Id} FOR UPDATE");

        var waiting = TimedAsync(Journal.AppendAsync(held, 2, "held"));
        var (outcome, time) = await TimedAsync(Journal.AppendAsync(free, 2, "free"));
        Assert.That(outcome, Is.EqualTo(AppendOutcome.Appended));

        // Unavailable, unless the machine is so busy that its time was up before its tries were.
        Assert.That((await waiting).Outcome, Is.AnyOf(AppendOutcome.Unavailable, AppendOutcome.Unknown));
        Assert.That((await waiting).Time, Is.LessThan(Outcome));

        var later = Journal.AppendAsync(held, 2, "later");
        await transaction.RollbackAsync();
        Assert.That(await later, Is.EqualTo(AppendOutcome.Appended));
    }

    [Test]
    public async Task BeginOpeningAsync_CountedOnlyAfterItWasGivenUp_DoesNotCount()
    {
        await using var silo = new JournalSilo(new PostgreSqlJournalDatabase(_database), "silo-2", maxOpenings: 2);
        var room = NewRoom();
        await silo.Journal.CreateRoomAsync(room);
        await using var connection = await ConnectAsync();
        await using var holder = await ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            var opening = (await silo.Journal.OpenAsync(room))!;
            await using (var transaction = await holder.BeginTransactionAsync())
            {
                await ScalarAsync(holder, $"SELECT id FROM gamecluster_room WHERE id = {opening.Claim.Id} FOR UPDATE");
                Assert.That(async () => await silo.Journal.BeginOpeningAsync(opening), Throws.TypeOf<JournalUnavailableException>());
                await Wait.UntilAsync(async () => await ScalarAsync(connection, Counting) is 2L, Patience, "what was given up, and what takes it back, to wait for the row");
                await transaction.RollbackAsync();
            }

            await Wait.UntilAsync(async () => await ScalarAsync(connection, Counting) is 0L, Patience, "what was given up to be done");
        }

        Assert.That((await silo.Journal.OpenAsync(room))!.Unended, Is.Zero, "nothing of the room was executed, so that it cannot be to blame for anything");
    }

    [Test]
    public async Task AppendAsync_EveryKindOfOutageUnderLoad_KeepsItsWord()
    {
        var writers = new List<JournalWriter>();
        for (var i = 0; i < 16; i++)
        {
            writers.Add(new JournalWriter(Journal, (await Journal.CreateAsync(NewRoom()))!));
        }

        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(writers.Select(writer => Task.Run(() => writer.RunAsync(stop.Token))));

        await using (var connection = await ConnectAsync())
        {
            for (var i = 0; i < 5; i++)
            {
                await ProgressAsync(writers);
                await ScalarAsync(connection, CutAppends);
            }
        }

        await ProgressAsync(writers);
        await _server.PauseAsync();
        await Wait.UntilAsync(() => _silo.IsAway, Patience, "the journal notices that the server is frozen");
        await _server.ResumeAsync();
        await ProgressAsync(writers);
        await _server.StopAsync();
        await _server.StartAsync();
        await ProgressAsync(writers);
        await _server.StopAsync(immediate: true);
        await _server.StartAsync();
        await ProgressAsync(writers);
        await stop.CancelAsync();
        await running;

        foreach (var writer in writers)
        {
            writer.Check((await Journal.ReadTailAsync(writer.Claim, 0))!);
            Assert.That(writer.Longest, Is.LessThan(Outcome));
        }

        TestContext.Out.WriteLine($"{writers.Sum(static writer => writer.Acknowledged)} acknowledged, {writers.Sum(static writer => writer.Unknown)} unknown, "
            + $"longest {writers.Max(static writer => writer.Longest).TotalMilliseconds:F0} ms");
    }

    private static RoomName NewRoom() => new("board", Guid.NewGuid().ToString("N"));

    private static async Task<(AppendOutcome Outcome, TimeSpan Time)> TimedAsync(ValueTask<AppendOutcome> append)
    {
        var clock = Stopwatch.StartNew();
        return (await append, clock.Elapsed);
    }

    /// <summary>Each has written some more.</summary>
    private static async Task ProgressAsync(List<JournalWriter> writers)
    {
        var before = writers.ConvertAll(static writer => writer.Acknowledged);
        await Wait.UntilAsync(() => writers.Zip(before).All(static pair => pair.First.Acknowledged >= pair.Second + 20), Patience, "every room writes");
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Whatever became of its second entry, a room finds out and goes on.</summary>
    private async Task GoOnAsync(RoomClaim claim)
    {
        var tail = (await Journal.ReadTailAsync(claim, 1))!;
        var outcome = await Journal.AppendAsync(claim, 2 + tail.Count, "next");
        while (outcome == AppendOutcome.Behind)
        {
            // The frozen server has written it only now.
            tail = (await Journal.ReadTailAsync(claim, 1))!;
            outcome = await Journal.AppendAsync(claim, 2 + tail.Count, "next");
        }

        Assert.That(outcome, Is.EqualTo(AppendOutcome.Appended));
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
