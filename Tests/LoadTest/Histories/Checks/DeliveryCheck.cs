namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>What was acknowledged, or reached anyone, reaches every member that stayed, once; what was refused reaches nobody.</summary>
internal static class DeliveryCheck
{
    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("delivery", "what was acknowledged reaches every member that stayed, once", limits);
        var publishes = Publish.In(history);
        var memberships = Memberships.Of(history, publishes);
        foreach (var push in memberships.Repeated)
        {
            findings.Count("doubled");
            findings.Add(push, $"{push.Value} was delivered again to a member of {push.Key}");
        }

        var latencies = new List<long>();
        foreach (var membership in memberships.All)
        {
            CheckDelivered(findings, membership, publishes, latencies);
        }

        var members = memberships.All.ToLookup(static membership => membership.Key);
        foreach (var ((key, value), publish) in publishes)
        {
            if (publish.Done is { } done)
            {
                CheckReached(findings, members[key], publish, value, done, (long)limits.Grace.TotalMicroseconds);
            }
        }

        findings.Percentiles("publishToDelivery", latencies);
        return findings.Result();
    }

    private static void CheckDelivered(
        Findings findings, Membership membership, IReadOnlyDictionary<(string Key, string Value), Publish> publishes, List<long> latencies)
    {
        foreach (var push in membership.Delivered)
        {
            findings.Examined++;
            if (!publishes.TryGetValue((membership.Key, push.Value!), out var publish))
            {
                findings.Add(push, $"{push.Value} was delivered in {membership.Key}, but nobody published it there");
            }
            else if (publish.IsRefused)
            {
                findings.Add(push, $"{push.Value} was delivered, though its publish was refused in line {publish.Answer!.Line}");
            }
            else
            {
                latencies.Add(push.T - publish.Invoked.T);
            }
        }
    }

    private static void CheckReached(Findings findings, IEnumerable<Membership> members, Publish publish, string value, long done, long grace)
    {
        foreach (var member in members)
        {
            if (member.Has(value))
            {
                continue;
            }

            if (member.IsOwed(publish, done, grace))
            {
                findings.Count("lost");
                findings.Add(publish.Invoked, $"{value} was never delivered to client {member.Opened.Client}, a member of {member.Key} since line {member.Opened.Line}");
            }
            else if (member.Opened.T <= publish.Invoked.T)
            {
                findings.Count("notOwed");
            }
        }
    }
}
