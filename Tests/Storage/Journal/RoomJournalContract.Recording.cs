using GameCluster.Rooms;
using GameCluster.Rooms.Journal;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>What stays of a room, and for how long.</summary>
internal abstract partial class RoomJournalContract
{
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
}
