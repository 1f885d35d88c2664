namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>What a room says it has done is no less than was acknowledged, and no more than was asked for.</summary>
internal static class CountCheck
{
    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("counts", "a room has done what was acknowledged, and nothing that was not asked for", limits);
        var publishes = Publish.In(history).ToLookup(static entry => entry.Key.Key, static entry => entry.Value);
        var asked = new Dictionary<(string? Session, long? Id), HistoryEvent>();
        foreach (var happened in history)
        {
            if (happened is { Type: EventType.Invoke, Op: EventOp.Count })
            {
                asked[(happened.Session, happened.Id)] = happened;
            }
            else if (happened is { Type: EventType.Ok, Op: EventOp.Count, Key: { } key, Number: { } count }
                && asked.TryGetValue((happened.Session, happened.Id), out var invoked))
            {
                findings.Examined++;
                Compare(findings, happened, invoked, publishes[key], count);
            }
        }

        return findings.Result();
    }

    private static void Compare(Findings findings, HistoryEvent answer, HistoryEvent invoked, IEnumerable<Publish> publishes, long count)
    {
        var (least, most) = (0, 0);
        foreach (var publish in publishes)
        {
            least += publish.Done < invoked.T ? 1 : 0;
            most += publish.Invoked.T < answer.T && !publish.IsRefused ? 1 : 0;
        }

        if (count < least)
        {
            findings.Add(answer, $"{answer.Key} has done {count} publishes, but at least {least} were done before it was asked: {least - count} forgotten");
        }
        else if (count > most)
        {
            findings.Add(answer, $"{answer.Key} has done {count} publishes, but only {most} were asked for: {count - most} done twice");
        }
    }
}
