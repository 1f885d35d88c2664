using System.Text;
using System.Text.Json;
using GameCluster.Rooms.Journal;

namespace GameCluster.Silo.Replay;

/// <summary>A recording of a durable room, as <c>GET /admin/v1/rooms/{service}/{room}/recording</c> gives it.</summary>
internal sealed record Recording(RoomName Room, IReadOnlyList<JournalEntry> Entries)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It holds no whole recording; the text says what it lacks.</exception>
    public static Recording Read(string path)
    {
        try
        {
            using var lines = File.ReadLines(path).Where(static line => line.Length > 0).GetEnumerator();
            if (!lines.MoveNext())
            {
                throw new InvalidDataException($"{path} is empty.");
            }

            using var head = JsonDocument.Parse(lines.Current);
            var (first, last) = (head.RootElement.GetProperty("first_version").GetInt64(), head.RootElement.GetProperty("last_version").GetInt64());
            if (first != 1)
            {
                throw new InvalidDataException($"{path} begins with input {first}: what came before was removed, so it cannot be done again. See GameCluster:Rooms:RecordingEntries.");
            }

            var entries = new List<JournalEntry>();
            while (lines.MoveNext())
            {
                using var line = JsonDocument.Parse(lines.Current);
                entries.Add(new JournalEntry(line.RootElement.GetProperty("version").GetInt64(), Encoding.UTF8.GetBytes(line.RootElement.GetProperty("input").GetRawText())));
                if (entries[^1].Version != entries.Count)
                {
                    throw new InvalidDataException($"{path} has input {entries[^1].Version} where input {entries.Count} should be.");
                }
            }

            return entries.Count == last
                ? new Recording(new RoomName(head.RootElement.GetProperty("service").GetString()!, head.RootElement.GetProperty("room").GetString()!), entries)
                : throw new InvalidDataException($"{path} breaks off: it has {entries.Count} of {last} inputs. Get it again.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is no recording of a room: {exception.Message}", exception);
        }
    }

    /// <summary>The same up to an input.</summary>
    public Recording Until(long version) => this with { Entries = [.. Entries.TakeWhile(entry => entry.Version <= version)] };
}
