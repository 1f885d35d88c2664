using System.Globalization;

namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>
/// The account of a room balances: it holds the amount of every publish that was certainly done, of some of those whose outcome nobody knows, and of nothing else. That is
/// what the room itself has executed, whatever it told its members.
/// </summary>
internal static class LedgerCheck
{
    /// <summary>Unknown outcomes of one account beyond which their combinations are too many to try.</summary>
    private const int MostUnknown = 20;

    public static CheckResult Check(IReadOnlyList<HistoryEvent> history, CheckLimits limits)
    {
        var findings = new Findings("ledger", "a room's account holds each booking once", limits);
        var publishes = Publish.In(history).ToLookup(static entry => entry.Key.Key, static entry => entry.Value);
        var asked = new Dictionary<(string? Session, long? Id), HistoryEvent>();
        foreach (var happened in history)
        {
            if (happened is { Type: EventType.Invoke, Op: EventOp.Count })
            {
                asked[(happened.Session, happened.Id)] = happened;
            }
            else if (happened is { Type: EventType.Ok, Op: EventOp.Count, Key: { } key, Value: { } balance } && asked.Remove((happened.Session, happened.Id), out var invoked))
            {
                findings.Examined++;
                Balance(findings, happened, invoked, publishes[key], long.Parse(balance, CultureInfo.InvariantCulture));
            }
        }

        return findings.Result();
    }

    private static void Balance(Findings findings, HistoryEvent answer, HistoryEvent invoked, IEnumerable<Publish> publishes, long balance)
    {
        var certain = 0L;
        var unknown = new List<long>();
        foreach (var publish in publishes)
        {
            var amount = Amount.Of(publish.Invoked.Value!);
            if (publish.Done < invoked.T)
            {
                certain += amount;
            }
            else if (publish.Invoked.T < answer.T && !publish.IsRefused)
            {
                unknown.Add(amount);
            }
        }

        if (unknown.Count > MostUnknown)
        {
            findings.Count("undecided");
        }
        else if (!IsSumOfSome(unknown, 0, balance - certain))
        {
            findings.Add(answer, $"the account of {answer.Key} holds {balance}: {balance - certain} more than was certainly booked, which no choice of {unknown.Count} unknown bookings explains");
        }
    }

    private static bool IsSumOfSome(List<long> amounts, int from, long sum) =>
        sum == 0 || (sum > 0 && from < amounts.Count && (IsSumOfSome(amounts, from + 1, sum - amounts[from]) || IsSumOfSome(amounts, from + 1, sum)));
}
