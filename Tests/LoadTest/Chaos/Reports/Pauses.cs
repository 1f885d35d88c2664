using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>
/// When each player waited for the server: for the answer to a request, or for its session to go on after the server or the network had ended its connection. Waits that overlap are one.
/// What begins with a player's own cut is no wait.
/// </summary>
internal sealed class Pauses
{
    private const double Disturbing = 1000;

    private readonly Dictionary<string, List<(long From, long Until)>> _players = [];

    private Pauses()
    {
    }

    /// <summary>The longest of all, in milliseconds.</summary>
    public double Longest => _players.Values.SelectMany(static waits => waits).Select(static wait => (wait.Until - wait.From) / 1000.0).DefaultIfEmpty().Max();

    /// <summary>Players that ever waited for longer than a second.</summary>
    public int Disturbed => _players.Values.Count(static waits => waits.Exists(static wait => (wait.Until - wait.From) / 1000.0 > Disturbing));

    public static Pauses Of(IReadOnlyList<HistoryEvent> history)
    {
        var pauses = new Pauses();
        foreach (var player in history.Where(static happened => happened.Type is not (EventType.Sample or EventType.Fault)).GroupBy(static happened => happened.Client))
        {
            pauses._players.Add(player.Key, WaitsOf(player));
        }

        return pauses;
    }

    /// <summary>What players noticed of a time.</summary>
    public (double LongestMs, double MedianMs, int Disturbed, int Players) Within(long from, long until)
    {
        var longest = _players.Values
            .Select(waits => waits.Where(wait => wait.From <= until && wait.Until >= from).Select(static wait => (wait.Until - wait.From) / 1000.0).DefaultIfEmpty().Max())
            .Order().ToList();
        return longest.Count == 0 ? default : (longest[^1], longest[longest.Count / 2], longest.Count(static wait => wait > Disturbing), longest.Count);
    }

    private static List<(long From, long Until)> WaitsOf(IEnumerable<HistoryEvent> events)
    {
        var waits = new List<(long From, long Until)>();
        var pending = new HashSet<(string? Session, long? Id)>();
        var (isAway, since) = (false, 0L);
        foreach (var happened in events)
        {
            var wasWaiting = isAway || pending.Count > 0;
            switch (happened)
            {
                case { Type: EventType.Invoke }:
                    pending.Add((happened.Session, happened.Id));
                    break;
                case { Type: EventType.Ok or EventType.Fail or EventType.Info }:
                    pending.Remove((happened.Session, happened.Id));
                    break;
                case { Type: EventType.Close, Op: EventOp.Connection } when happened.Value != EventOp.Cut:
                    isAway = true;
                    break;
                case { Type: EventType.Resumed } or { Type: EventType.Open, Op: EventOp.Session }:
                    isAway = false;
                    break;
                case { Type: EventType.Close, Op: EventOp.Session }:
                    isAway = false;
                    pending.Clear();
                    break;
            }

            var isWaiting = isAway || pending.Count > 0;
            if (isWaiting && !wasWaiting)
            {
                since = happened.T;
            }
            else if (wasWaiting && !isWaiting)
            {
                waits.Add((since, happened.T));
            }
        }

        return waits;
    }
}
