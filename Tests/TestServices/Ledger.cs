using System.Collections.Concurrent;
using GameCluster.Sessions;

namespace GameCluster.Tests.TestServices;

/// <summary>What services of this process note of a session, above all that they were told of its end.</summary>
internal static class Ledger
{
    private static readonly ConcurrentDictionary<SessionId, ConcurrentQueue<string>> Entries = new();

    public static void Note(SessionId session, string note) => Entries.GetOrAdd(session, static _ => new ConcurrentQueue<string>()).Enqueue(note);

    public static string[] Of(SessionId session) => Entries.TryGetValue(session, out var notes) ? [.. notes] : [];
}
