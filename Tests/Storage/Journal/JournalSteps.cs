using System.Text;
using GameCluster.Rooms.Journal;

namespace GameCluster.Tests.Storage.Journal;

/// <summary>What tests do with a journal, in short words.</summary>
internal static class JournalSteps
{
    public static JournalEntry Entry(long version, string text) => new(version, Encoding.UTF8.GetBytes(text));

    public static ValueTask<AppendOutcome> AppendAsync(this IRoomJournal journal, RoomClaim claim, long version, string text) => journal.AppendAsync(claim, Entry(version, text));

    /// <summary>A new room with entries 1 to <paramref name="entries"/>, whose bodies are their numbers.</summary>
    public static async Task<RoomClaim> CreateRoomAsync(this IRoomJournal journal, RoomName room, int entries = 1)
    {
        var claim = await journal.CreateAsync(room) ?? throw new AssertionException($"there is a room {room} already");
        for (var version = 1; version <= entries; version++)
        {
            Assert.That(await journal.AppendAsync(claim, version, $"{version}"), Is.EqualTo(AppendOutcome.Appended));
        }

        return claim;
    }

    /// <summary>Version and body of each entry.</summary>
    public static IEnumerable<string> Texts(this IEnumerable<JournalEntry> entries) => entries.Select(static entry => $"{entry.Version}:{Encoding.UTF8.GetString(entry.Body.Span)}");
}
