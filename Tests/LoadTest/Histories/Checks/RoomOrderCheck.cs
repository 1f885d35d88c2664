namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>All members of a room see its publishes in one order, which is also that of each publisher and that of real time.</summary>
internal static class RoomOrderCheck
{
    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("rooms", "all members of a room see one order, and it agrees with its publishers and with time", limits);
        var publishes = Publish.In(history);
        foreach (var room in Memberships.Of(history, publishes).All.GroupBy(static membership => membership.Key))
        {
            findings.Count("rooms");
            foreach (var membership in room)
            {
                findings.Examined += membership.Delivered.Count;
                CheckPublishers(findings, membership, publishes);
                CheckTime(findings, membership, publishes);
            }

            CommonOrder.Check(findings, room.Key, [.. room.Select(static membership => membership.Delivered)]);
        }

        return findings.Result();
    }

    private static void CheckPublishers(Findings findings, Membership membership, IReadOnlyDictionary<(string Key, string Value), Publish> publishes)
    {
        var last = new Dictionary<string, HistoryEvent>();
        foreach (var push in membership.Delivered)
        {
            if (publishes.GetValueOrDefault((membership.Key, push.Value!))?.Invoked is not { Session: { } publisher } invoked)
            {
                continue;
            }

            if (last.TryGetValue(publisher, out var before) && before.Id > invoked.Id)
            {
                findings.Add(push, $"{push.Value} came after {before.Value}, which its publisher sent later");
            }

            last[publisher] = invoked;
        }
    }

    /// <summary>Backwards: what was done before another was asked for must not come behind it.</summary>
    private static void CheckTime(Findings findings, Membership membership, IReadOnlyDictionary<(string Key, string Value), Publish> publishes)
    {
        var (earliestDone, by) = (long.MaxValue, "");
        foreach (var push in Enumerable.Reverse(membership.Delivered))
        {
            if (!publishes.TryGetValue((membership.Key, push.Value!), out var publish))
            {
                continue;
            }

            if (earliestDone < publish.Invoked.T)
            {
                findings.Add(push, $"{push.Value} came before {by}, which was done before {push.Value} was asked for");
            }

            if (publish.Done is { } done && done < earliestDone)
            {
                (earliestDone, by) = (done, push.Value!);
            }
        }
    }
}
