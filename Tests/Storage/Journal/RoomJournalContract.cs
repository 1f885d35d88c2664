using System.Text;
using CsCheck;
using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using GameCluster.Silo.Storage.Journal;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>What every journal does, whatever it is kept in.</summary>
internal abstract class RoomJournalContract
{
    private static readonly RoomName Room = new("board", "abc");

    private readonly List<JournalSilo> _silos = [];

    private IRoomJournal Journal => _silos[0].Journal;

    [SetUp]
    public async Task SetUpAsync()
    {
        await PrepareAsync();
        AddSilo("silo-1");
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        CleanUp();
    }

    [Test]
    public async Task AppendAsync_NextVersions_AreReadBackInOrder()
    {
        await Journal.CreateRoomAsync(Room, entries: 3);

        var opening = await Journal.OpenAsync(Room);

        Assert.That(opening!.Snapshot, Is.Null);
        Assert.That(opening.Entries.Texts(), Is.EqualTo(new[] { "1:1", "2:2", "3:3" }));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public async Task AppendAsync_OtherThanTheNextVersion_IsBehind(long version)
    {
        var claim = await Journal.CreateRoomAsync(Room, entries: 2);

        Assert.That(await Journal.AppendAsync(claim, version, "other"), Is.EqualTo(AppendOutcome.Behind));
        Assert.That((await Journal.ReadTailAsync(claim, 0))!.Texts(), Is.EqualTo(new[] { "1:1", "2:2" }));
    }

    [Test]
    public async Task AppendAsync_EmptyBody_IsAppended()
    {
        var claim = await Journal.CreateRoomAsync(Room);

        Assert.That(await Journal.AppendAsync(claim, 2, ""), Is.EqualTo(AppendOutcome.Appended));
        Assert.That((await Journal.ReadTailAsync(claim, 1))!.Texts(), Is.EqualTo(new[] { "2:" }));
    }

    [Test]
    public async Task AppendAsync_ManyRoomsAtOnce_AllAreThere()
    {
        var claims = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number => await Journal.CreateAsync(new("board", $"room-{number}"))));

        await Task.WhenAll(claims.Select(async claim =>
        {
            for (var version = 1; version <= 20; version++)
            {
                Assert.That(await Journal.AppendAsync(claim!, version, $"{claim!.Room.Key}-{version}"), Is.EqualTo(AppendOutcome.Appended));
            }
        }));

        foreach (var claim in claims)
        {
            Assert.That((await Journal.ReadTailAsync(claim!, 0))!.Texts(), Is.EqualTo(Enumerable.Range(1, 20).Select(version => $"{version}:{claim!.Room.Key}-{version}")));
        }
    }

    [Test]
    public async Task AppendAsync_OfTwoClaimsInOneBatch_OnlyTheHigherOneWrites()
    {
        var old = await Journal.CreateRoomAsync(Room);
        var opening = await Journal.OpenAsync(Room);

        var both = await Task.WhenAll(Journal.AppendAsync(old, 2, "old").AsTask(), Journal.AppendAsync(opening!.Claim, 2, "new").AsTask());

        Assert.That(both, Is.EqualTo(new[] { AppendOutcome.Fenced, AppendOutcome.Appended }));
        Assert.That((await Journal.ReadTailAsync(opening.Claim, 1))!.Texts(), Is.EqualTo(new[] { "2:new" }));
    }

    [Test]
    public async Task OpenAsync_OpeningsBeforeHaveNotEnded_IsRefusedUntilReleased()
    {
        var journal = AddSilo("silo-2", maxOpenings: 2).Journal;
        await Journal.CreateRoomAsync(Room, entries: 3);
        await BeginAsync(journal);
        var second = await BeginAsync(journal);

        Assert.That(async () => await journal.OpenAsync(Room), Throws.TypeOf<RoomStuckException>());
        Assert.That(await journal.AppendAsync(second.Claim, 4, "4"), Is.EqualTo(AppendOutcome.Fenced), "whoever may still be at it writes nothing");
        Assert.That(await journal.ListOpenAsync("silo-2", 0, 10), Has.Count.EqualTo(1), "it is still open");

        Assert.That((await journal.ReleaseAsync(Room), await journal.ReleaseAsync(Room)), Is.EqualTo((true, false)));
        Assert.That((await journal.OpenAsync(Room))!.Entries.Texts(), Is.EqualTo(new[] { "1:1", "2:2", "3:3" }));
    }

    [Test]
    public async Task OpenAsync_OpeningsBeforeHaveEnded_AreNotCounted()
    {
        var journal = AddSilo("silo-2", maxOpenings: 2).Journal;
        await Journal.CreateRoomAsync(Room);
        for (var i = 0; i < 4; i++)
        {
            var opening = await BeginAsync(journal);
            Assert.That(opening.Unended, Is.Zero);
            await journal.EndOpeningAsync(opening.Claim);
        }

        Assert.That((await journal.ReleaseAsync(Room), await journal.GiveUpAsync(Room)), Is.EqualTo((false, false)), "a room that goes on is left alone");
    }

    [Test]
    public async Task GiveUpAsync_OpeningHasNotEnded_ClosesTheRoomAndKeepsItsRecording()
    {
        await Journal.CreateRoomAsync(Room, entries: 2);
        var opening = await BeginAsync(Journal);

        Assert.That((await Journal.GiveUpAsync(Room), await Journal.GiveUpAsync(Room)), Is.EqualTo((true, false)));
        Assert.That(await Journal.OpenAsync(Room), Is.Null);
        Assert.That(await Journal.AppendAsync(opening.Claim, 3, "3"), Is.EqualTo(AppendOutcome.Fenced));
        Assert.That((await Journal.ReadRecordingAsync(Room, 0, 10))!.Entries.Texts(), Is.EqualTo(new[] { "1:1", "2:2" }));
        Assert.That(await Journal.CreateAsync(Room), Is.Not.Null, "its name is free");
    }

    [Test]
    public async Task CreateAsync_NameOfAnOpenRoom_IsNull()
    {
        await Journal.CreateRoomAsync(Room);

        Assert.That(await Journal.CreateAsync(Room), Is.Null);
    }

    [Test]
    public async Task CreateAsync_RoomThatWasNeverWritten_TakesItOver()
    {
        var first = await Journal.CreateAsync(Room);
        var second = await Journal.CreateAsync(Room);

        Assert.That(second!.Epoch, Is.GreaterThan(first!.Epoch));
        Assert.That(await Journal.AppendAsync(first, 1, "first"), Is.EqualTo(AppendOutcome.Fenced));
        Assert.That(await Journal.AppendAsync(second, 1, "second"), Is.EqualTo(AppendOutcome.Appended));
    }

    [Test]
    public async Task CreateAsync_ManyAtOnce_OneCanWrite()
    {
        AddSilo("silo-2");
        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(async () => await _silos[number % 2].Journal.CreateAsync(Room))));

        var outcomes = await Task.WhenAll(claims.OfType<RoomClaim>().Select(async claim => await Journal.AppendAsync(claim, 1, "one")));

        Assert.That(outcomes.Count(static outcome => outcome == AppendOutcome.Appended), Is.EqualTo(1));
        Assert.That(claims.OfType<RoomClaim>().Select(static claim => claim.Epoch), Is.Unique);
    }

    [Test]
    public async Task CreateAsync_NameUsedBefore_HasAnotherIdAndAHigherEpoch()
    {
        var before = await Journal.CreateRoomAsync(Room);
        var opening = await Journal.OpenAsync(Room);
        await Journal.CloseAsync(opening!.Claim);

        var after = await Journal.CreateAsync(Room);

        Assert.That(after!.Id, Is.Not.EqualTo(before.Id));
        Assert.That(after.Epoch, Is.GreaterThan(opening.Claim.Epoch));
    }

    [Test]
    public async Task CreateAsync_NameUsedBeforeAndClockSetBack_HasAHigherEpoch()
    {
        var before = await Journal.CreateRoomAsync(Room);
        await Journal.CloseAsync(before);
        var late = AddSilo("silo-2", time: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(1)));

        Assert.That((await late.Journal.CreateAsync(Room))!.Epoch, Is.GreaterThan(before.Epoch));
    }

    [Test]
    public async Task OpenAsync_RoomThatIsNotThereOrOverOrNeverWritten_IsNull()
    {
        var over = await Journal.CreateRoomAsync(new("board", "over"));
        await Journal.CloseAsync(over);
        await Journal.CreateAsync(new("board", "unwritten"));

        Assert.That(await Journal.OpenAsync(Room), Is.Null);
        Assert.That(await Journal.OpenAsync(over.Room), Is.Null);
        Assert.That(await Journal.OpenAsync(new("board", "unwritten")), Is.Null);
    }

    [Test]
    public async Task OpenAsync_Elsewhere_FencesWhoHadIt()
    {
        var old = await Journal.CreateRoomAsync(Room, entries: 2);
        var elsewhere = AddSilo("silo-2").Journal;

        var opening = await elsewhere.OpenAsync(Room);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(opening!.Claim.Epoch, Is.GreaterThan(old.Epoch));
            Assert.That(await Journal.AppendAsync(old, 3, "old"), Is.EqualTo(AppendOutcome.Fenced));
            Assert.That(await Journal.ReadTailAsync(old, 0), Is.Null);
            Assert.That(await Journal.SaveSnapshotAsync(old, new(2, "old"u8.ToArray())), Is.False);
            Assert.That(await Journal.CloseAsync(old), Is.False);
            Assert.That(await elsewhere.AppendAsync(opening.Claim, 3, "new"), Is.EqualTo(AppendOutcome.Appended));
        }
    }

    [Test]
    public async Task OpenAsync_WithASnapshot_ReadsItAndWhatCameAfter()
    {
        var claim = await Journal.CreateRoomAsync(Room, entries: 4);
        Assert.That(await Journal.SaveSnapshotAsync(claim, new(1, "one"u8.ToArray())), Is.True);
        Assert.That(await Journal.SaveSnapshotAsync(claim, new(3, "three"u8.ToArray())), Is.True);
        Assert.That(await Journal.SaveSnapshotAsync(claim, new(2, "too late"u8.ToArray())), Is.True);

        var opening = await Journal.OpenAsync(Room);

        Assert.That((opening!.Snapshot!.Version, Encoding.UTF8.GetString(opening.Snapshot.Body.Span)), Is.EqualTo((3, "three")));
        Assert.That(opening.Entries.Texts(), Is.EqualTo(new[] { "4:4" }));
    }

    [Test]
    public async Task SaveSnapshotAsync_AheadOfTheJournal_IsRefused()
    {
        var claim = await Journal.CreateRoomAsync(Room, entries: 2);

        Assert.That(async () => await Journal.SaveSnapshotAsync(claim, new(3, default)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That((await Journal.OpenAsync(Room))!.Snapshot, Is.Null);
    }

    [Test]
    public async Task CloseAsync_OwnRoom_EndsItForGoodAndMayBeRepeated()
    {
        var claim = await Journal.CreateRoomAsync(Room, entries: 2);

        Assert.That(await Journal.CloseAsync(claim), Is.True);
        Assert.That(await Journal.CloseAsync(claim), Is.True);
        Assert.That(await Journal.AppendAsync(claim, 3, "late"), Is.EqualTo(AppendOutcome.Fenced));
        Assert.That(await Journal.ReadTailAsync(claim, 0), Is.Null);
    }

    [Test]
    public async Task ListOpenAsync_OfAnOwner_GivesItsOpenRoomsInPortions()
    {
        var elsewhere = AddSilo("silo-2").Journal;
        var claims = new List<RoomClaim>();
        for (var i = 0; i < 5; i++)
        {
            claims.Add(await Journal.CreateRoomAsync(new("board", $"room-{i}")));
        }

        await Journal.CreateAsync(new("board", "unwritten"));
        await Journal.CloseAsync(claims[1]);
        await elsewhere.OpenAsync(claims[2].Room);

        var first = await Journal.ListOpenAsync("silo-1", after: 0, limit: 2);
        var second = await Journal.ListOpenAsync("silo-1", after: first[^1].Id, limit: 2);

        Assert.That(first.Concat(second).Select(static room => room.Room.Key), Is.EqualTo(new[] { "room-0", "room-3", "room-4" }));
        Assert.That(await Journal.ListOpenAsync("silo-2", 0, 10), Is.EqualTo(new[] { new OwnedRoom(claims[2].Id, claims[2].Room) }));
        Assert.That(await Journal.ListOwnersAsync(), Is.EqualTo(new[] { "silo-1", "silo-2" }));
    }

    [Test]
    public async Task EverythingElse_OfAnotherCluster_IsNotSeen()
    {
        await Journal.CreateRoomAsync(Room);
        var other = AddSilo("silo-1", serviceId: "other").Journal;

        Assert.That(await other.OpenAsync(Room), Is.Null);
        Assert.That(await other.ListOwnersAsync(), Is.Empty);
        Assert.That(await other.ListOpenAsync("silo-1", 0, 10), Is.Empty);
        Assert.That(await other.ReadRecordingAsync(Room, 0, 10), Is.Null);
        Assert.That(await other.CreateAsync(Room), Is.Not.Null);
    }

    [Test]
    public async Task ReadRecordingAsync_OfARoom_GivesTheNewestOfThatNameInParts()
    {
        await Journal.CloseAsync(await Journal.CreateRoomAsync(Room, entries: 9));
        var claim = await Journal.CreateRoomAsync(Room, entries: 3);

        var open = await Journal.ReadRecordingAsync(Room, after: 0, limit: 2);
        await Journal.CloseAsync(claim);
        var over = await Journal.ReadRecordingAsync(Room, after: 2, limit: 2);

        Assert.That((open!.Id, open.IsOpen, open.FirstVersion, open.LastVersion), Is.EqualTo((claim.Id, true, 1, 3)));
        Assert.That(open.Entries.Texts(), Is.EqualTo(new[] { "1:1", "2:2" }));
        Assert.That(over!.IsOpen, Is.False);
        Assert.That(over.Entries.Texts(), Is.EqualTo(new[] { "3:3" }));
        Assert.That(await Journal.ReadRecordingAsync(new("board", "unknown"), 0, 10), Is.Null);
    }

    [Test]
    public async Task CleanAsync_TimeIsUp_RemovesTheRecordingAndNothingElse()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)) { AutoAdvanceAmount = TimeSpan.Zero };
        var silo = AddSilo("silo-2", time: time);
        var over = await silo.Journal.CreateRoomAsync(new("board", "over"), entries: 5);
        await silo.Journal.SaveSnapshotAsync(over, new(4, default));
        await silo.Journal.CloseAsync(over);
        await silo.Journal.CreateAsync(new("board", "unwritten"));
        var open = await silo.Journal.CreateRoomAsync(new("board", "open"), entries: 5);
        var options = new RoomOptions { RecordingTime = TimeSpan.FromDays(7) };

        time.Advance(TimeSpan.FromDays(6.9));
        await CleanAsync(silo, options, time);
        Assert.That((await silo.Journal.ReadRecordingAsync(over.Room, 0, 10))!.Entries, Has.Count.EqualTo(5));

        time.Advance(TimeSpan.FromDays(0.2));
        await CleanAsync(silo, options, time);
        Assert.That(await silo.Journal.ReadRecordingAsync(over.Room, 0, 10), Is.Null);
        Assert.That((await silo.Journal.ReadRecordingAsync(open.Room, 0, 10))!.Entries, Has.Count.EqualTo(5));
    }

    [TestCase(2, 4, 3)]
    [TestCase(2, 1, 2)]
    [TestCase(0, 4, 5)]
    [TestCase(9, 4, 1)]
    public async Task CleanAsync_OpenRoomLongerThanItsRecording_LosesWhatIsOlderAndInTheSnapshot(int kept, long snapshot, long first)
    {
        var claim = await Journal.CreateRoomAsync(Room, entries: 4);
        await Journal.SaveSnapshotAsync(claim, new(snapshot, default));

        await CleanAsync(_silos[0], new RoomOptions { RecordingEntries = kept }, TimeProvider.System);

        var recording = await Journal.ReadRecordingAsync(Room, 0, 10);
        Assert.That((recording!.FirstVersion, recording.LastVersion), Is.EqualTo((first, 4)));
        Assert.That((await Journal.OpenAsync(Room))!.Entries.Select(static entry => entry.Version), Is.EqualTo(Enumerable.Range(1, 4).Where(version => version > snapshot)));
    }

    /// <summary>Silos open a room, write, time out and write again, all at once and in any order. Nobody may be told what is not so.</summary>
    [Test]
    public async Task AppendAsync_ClaimsInAnyInterleaving_HoldsTheOrder()
    {
        AddSilo("silo-2");
        var number = 0;
        await Gen.Select(Gen.Int[0, 1], Gen.Int[0, 3]).List[4, 24].SampleAsync(
            async steps => await CheckInterleavingAsync(new RoomName("board", $"room-{Interlocked.Increment(ref number)}"), steps),
            iter: 25, threads: 1);
    }

    /// <summary>A new database with the schema of this build.</summary>
    protected abstract Task PrepareAsync();

    protected abstract void CleanUp();

    /// <summary>The database of the test, as one silo uses it.</summary>
    protected abstract IJournalDatabase Connect();

    private static async Task CleanAsync(JournalSilo silo, RoomOptions options, TimeProvider time)
    {
        var cleaning = silo.Cleaner(options, time).CleanAsync(CancellationToken.None);
        while (!cleaning.IsCompleted && time is FakeTimeProvider fake)
        {
            // Its pauses; too short to matter to what it removes.
            fake.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(cleaning, Task.Delay(5));
        }

        Assert.That(await cleaning, Is.True);
    }

    private async Task CheckInterleavingAsync(RoomName room, List<(int Silo, int What)> steps)
    {
        await Journal.CreateRoomAsync(room);
        var actors = Enumerable.Range(0, 2).Select(number => new JournalActor(_silos[number].Journal, room, $"{number}")).ToList();
        await Task.WhenAll(actors.Select((actor, number) => Task.Run(() => actor.RunAsync([.. steps.Where(step => step.Silo == number).Select(static step => step.What)]))));

        var entries = (await Journal.OpenAsync(room))!.Entries;
        Assert.That(entries.Select(static entry => entry.Version), Is.EqualTo(Enumerable.Range(1, entries.Count)), "no gap, nothing twice");
        Assert.That(entries.Texts(), Is.SupersetOf(actors.SelectMany(static actor => actor.Acknowledged)), "what was acknowledged is there, under its version");
        Assert.That(entries.Texts().Skip(1), Is.SubsetOf(actors.SelectMany(static actor => actor.Acknowledged)), "and nothing that was refused");

        // Whoever opens sees everything below: after an opening, only its epoch or a higher one writes.
        var epochs = entries.Skip(1).Select(static entry => long.Parse(Encoding.UTF8.GetString(entry.Body.Span).Split('@')[1])).ToList();
        Assert.That(epochs, Is.Ordered);
        foreach (var (epoch, seen) in actors.SelectMany(static actor => actor.Openings))
        {
            Assert.That(entries.Skip(seen).Select(static entry => long.Parse(Encoding.UTF8.GetString(entry.Body.Span).Split('@')[1])), Has.All.GreaterThanOrEqualTo(epoch));
        }
    }

    private static async Task<JournalOpening> BeginAsync(IRoomJournal journal)
    {
        var opening = await journal.OpenAsync(Room);
        await journal.BeginOpeningAsync(opening!.Claim);
        return opening;
    }

    private JournalSilo AddSilo(string owner, string serviceId = "tests", TimeProvider? time = null, int maxOpenings = 1000)
    {
        var silo = new JournalSilo(Connect(), owner, serviceId, time, maxOpenings);
        _silos.Add(silo);
        return silo;
    }
}
