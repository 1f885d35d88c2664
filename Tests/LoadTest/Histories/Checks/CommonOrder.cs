namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>Whether sequences are parts of one order: whether the graph of what follows what has no circle.</summary>
internal static class CommonOrder
{
    public static void Check(Findings findings, string room, IReadOnlyList<IReadOnlyList<HistoryEvent>> sequences)
    {
        var followers = new Dictionary<string, List<HistoryEvent>>();
        var waitsFor = new Dictionary<string, int>();
        foreach (var sequence in sequences)
        {
            for (var i = 0; i < sequence.Count; i++)
            {
                waitsFor.TryAdd(sequence[i].Value!, 0);
                if (i > 0 && Follow(followers, sequence[i - 1].Value!, sequence[i]))
                {
                    waitsFor[sequence[i].Value!]++;
                }
            }
        }

        Untie(followers, waitsFor);
        if (waitsFor.Count > 0)
        {
            Report(findings, room, followers, waitsFor);
        }
    }

    private static bool Follow(Dictionary<string, List<HistoryEvent>> followers, string before, HistoryEvent after)
    {
        if (!followers.TryGetValue(before, out var list))
        {
            followers.Add(before, list = []);
        }

        if (list.Exists(known => known.Value == after.Value))
        {
            return false;
        }

        list.Add(after);
        return true;
    }

    /// <summary>Takes away, again and again, what waits for nothing. What stays is part of a circle or behind one.</summary>
    private static void Untie(Dictionary<string, List<HistoryEvent>> followers, Dictionary<string, int> waitsFor)
    {
        var free = new Queue<string>(waitsFor.Where(static entry => entry.Value == 0).Select(static entry => entry.Key));
        while (free.TryDequeue(out var value))
        {
            waitsFor.Remove(value);
            foreach (var next in followers.GetValueOrDefault(value) ?? [])
            {
                if (--waitsFor[next.Value!] == 0)
                {
                    free.Enqueue(next.Value!);
                }
            }
        }
    }

    /// <summary>Walks backwards, which cannot end, until it comes to a value again: that is a circle.</summary>
    private static void Report(Findings findings, string room, Dictionary<string, List<HistoryEvent>> followers, Dictionary<string, int> tied)
    {
        var before = new Dictionary<string, (string Value, HistoryEvent Push)>();
        foreach (var value in tied.Keys)
        {
            foreach (var next in (followers.GetValueOrDefault(value) ?? []).Where(next => tied.ContainsKey(next.Value!)))
            {
                before.TryAdd(next.Value!, (value, next));
            }
        }

        var seen = new HashSet<string>();
        var at = tied.Keys.First();
        while (seen.Add(at))
        {
            at = before[at].Value;
        }

        var circle = new List<string> { at };
        var push = before[at].Push;
        for (var value = before[at].Value; value != at; value = before[value].Value)
        {
            circle.Add(value);
        }

        circle.Reverse();
        findings.Add(push, $"members of {room} see no common order: {string.Join(" before ", circle)} before {circle[0]}, each seen by some member");
    }
}
