using System.Text;
using CsCheck;
using GameCluster.Rooms.Journal;
using GameCluster.Silo.Storage.Journal;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>What every journal does, whatever it is kept in.</summary>
internal abstract partial class RoomJournalContract
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
    public async Task SaveSnapshotAsync_AheadOfTheJournal_IsRefused()
    {
        var claim = await Journal.CreateRoomAsync(Room, entries: 2);

        Assert.That(async () => await Journal.SaveSnapshotAsync(claim, new(3, default)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That((await Journal.OpenAsync(Room))!.Snapshot, Is.Null);
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

    private JournalSilo AddSilo(string owner, string serviceId = "tests", TimeProvider? time = null, int maxOpenings = 1000)
    {
        var silo = new JournalSilo(Connect(), owner, serviceId, time, maxOpenings);
        _silos.Add(silo);
        return silo;
    }
}
