using System.Text;
using GameCluster.Rooms.Journal;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>Who has a room: creating, opening and closing it, and finding those whose owner is gone.</summary>
internal abstract partial class RoomJournalContract
{
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

    private static async Task<JournalOpening> BeginAsync(IRoomJournal journal)
    {
        var opening = (await journal.OpenAsync(Room))!;
        await journal.BeginOpeningAsync(opening);
        return opening;
    }
}
