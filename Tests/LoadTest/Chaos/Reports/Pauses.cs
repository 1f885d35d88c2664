using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>
/// When each player waited for the server: for the answer to a request, or for its session to go on after the server or the network had ended its connection. Waits that overlap are one.
/// What begins with a player's own cut is no wait.
/// </summary>
internal sealed class Pauses
{
    private const double Disturbing = 1000;
    private const double LeastUsual = 100;
    private const double UsualShare = 0.99;

    private readonly Dictionary<string, List<PlayerWait>> _players = [];

    private Pauses()
    {
    }

    /// <summary>The longest of all, in milliseconds.</summary>
    public double LongestMs => Longest(_players.Values.SelectMany(static waits => waits));

    /// <summary>Players that ever waited for longer than a second.</summary>
    public int Disturbed => _players.Values.Count(static waits => waits.Exists(static wait => wait.Milliseconds > Disturbing));

    /// <summary>What players wait for at times when nothing is done to the server, in milliseconds: 99 of 100 waits are shorter. Not below 100 ms.</summary>
    public double UsualMs { get; private init; }

    public static Pauses Of(IReadOnlyList<HistoryEvent> history)
    {
        var players = history.Where(static happened => happened.Type is not (EventType.Sample or EventType.Fault)).GroupBy(static happened => happened.Client)
            .ToDictionary(static player => player.Key, player => WaitsOf(player, history[^1].T));
        var pauses = new Pauses { UsualMs = UsualOf(history, players.Values.SelectMany(static waits => waits)) };
        foreach (var (player, waits) in players)
        {
            pauses._players.Add(player, waits);
        }

        return pauses;
    }

    /// <summary>What players noticed of a time, by the waits that overlap it.</summary>
    public PausesInTime Within(long from, long until)
    {
        var overlapping = _players.Values.Select(waits => waits.Where(wait => wait.From <= until && wait.Until >= from).ToList()).ToList();
        var longest = overlapping.Select(Longest).Order().ToList();
        var affected = overlapping.Select(waits => Longest(waits.Where(wait => wait.HasLostConnection || wait.Milliseconds > UsualMs))).Where(static wait => wait > 0).Order().ToList();
        return new PausesInTime(
            longest.LastOrDefault(), longest.ElementAtOrDefault(longest.Count / 2), longest.Count(static wait => wait > Disturbing), longest.Count, affected);
    }

    private static double Longest(IEnumerable<PlayerWait> waits) => waits.Select(static wait => wait.Milliseconds).DefaultIfEmpty().Max();

    /// <summary>Of the waits since the first publish, when all players are in their rooms.</summary>
    private static double UsualOf(IReadOnlyList<HistoryEvent> history, IEnumerable<PlayerWait> waits)
    {
        var playing = history.FirstOrDefault(static happened => happened is { Type: EventType.Invoke, Op: EventOp.Publish })?.T ?? long.MaxValue;
        var faults = FaultTimes.In(history);
        var calm = waits.Where(wait => wait.From >= playing && !faults.Any(fault => wait.From <= fault.Until && wait.Until >= fault.Begin.T)).Select(static wait => wait.Milliseconds).Order().ToList();
        return calm.Count == 0 ? LeastUsual : Math.Max(LeastUsual, calm[(int)Math.Ceiling(UsualShare * calm.Count) - 1]);
    }

    /// <param name="end">Of the history: who still waits then has waited until then.</param>
    private static List<PlayerWait> WaitsOf(IEnumerable<HistoryEvent> events, long end)
    {
        var waits = new List<PlayerWait>();
        var pending = new HashSet<(string? Session, long? Id)>();
        var (isAway, hasLost, since) = (false, false, 0L);
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
                    (isAway, hasLost) = (true, true);
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
                waits.Add(new PlayerWait(since, happened.T, hasLost));
                hasLost = false;
            }
        }

        if (isAway || pending.Count > 0)
        {
            waits.Add(new PlayerWait(since, end, hasLost));
        }

        return waits;
    }

    /// <param name="HasLostConnection">Whether the server or the network ended the player's connection in it.</param>
    private readonly record struct PlayerWait(long From, long Until, bool HasLostConnection)
    {
        public double Milliseconds => (Until - From) / 1000.0;
    }
}
