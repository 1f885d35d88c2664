using System.Text.Json;

namespace GameCluster.LoadTest.Histories;

/// <summary>Reads histories. Several files of one machine become one history, in the order of its clock.</summary>
internal static class HistoryReader
{
    /// <exception cref="InvalidDataException">A line is not an event, or times fall within a file.</exception>
    public static IReadOnlyList<HistoryEvent> Read(params IReadOnlyList<string> paths)
    {
        var files = paths.Select(path => ReadFile(path, paths.Count > 1 ? Path.GetFileName(path) : null)).ToList();
        return files.Count == 1 ? files[0] : [.. files.SelectMany(static file => file).OrderBy(static happened => happened.T)];
    }

    private static List<HistoryEvent> ReadFile(string path, string? name)
    {
        var events = new List<HistoryEvent>();
        foreach (var line in File.ReadLines(path))
        {
            var number = events.Count + 1;
            var happened = Parse(path, number, line);
            if (number > 1 && happened.T < events[^1].T)
            {
                throw new InvalidDataException($"{path}:{number}: time {happened.T} is before that of the line above it.");
            }

            events.Add(happened with { File = name, Line = number });
        }

        return events;
    }

    private static HistoryEvent Parse(string path, int number, string line)
    {
        try
        {
            return HistoryJson.Parse(line);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}:{number} is not an event of a history: {e.Message}", e);
        }
    }
}
