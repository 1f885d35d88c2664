using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>A history second by second, and its faults. Nothing but the history goes into it.</summary>
/// <param name="Length">Seconds.</param>
internal sealed record Timeline(double Length, IReadOnlyList<Second> Seconds, IReadOnlyList<FaultSpan> Faults)
{
    private const double MicrosecondsPerSecond = 1_000_000;

    public static Timeline Of(IReadOnlyList<HistoryEvent> history, Pauses pauses)
    {
        if (history.Count == 0)
        {
            return new Timeline(0, [], []);
        }

        return new Timeline(SecondsFrom(history[0], history[^1].T), SecondsOf(history, history[0].T), FaultsOf(history, pauses));
    }

    private static List<Second> SecondsOf(IReadOnlyList<HistoryEvent> history, long begin)
    {
        var seconds = new List<Second>();
        var (asked, published) = (new Dictionary<(string? Session, long? Id), long>(), new Dictionary<string, long>());
        var connected = new HashSet<string>();
        var current = new Bucket(0);
        foreach (var happened in history)
        {
            for (var second = (int)((happened.T - begin) / MicrosecondsPerSecond); seconds.Count < second;)
            {
                seconds.Add(current.Close(seconds.Count));
                current = new Bucket(connected.Count);
            }

            switch (happened)
            {
                case { Type: EventType.Invoke }:
                    asked[(happened.Session, happened.Id)] = happened.T;
                    if (happened.Op == EventOp.Publish)
                    {
                        published[happened.Value!] = happened.T;
                    }

                    break;
                case { Type: EventType.Ok or EventType.Fail or EventType.Info }:
                    current.Answer(happened.Type == EventType.Ok, asked.Remove((happened.Session, happened.Id), out var at) ? happened.T - at : null);
                    break;
                case { Type: EventType.Push, Op: EventOp.Publish, Value: { } value }:
                    current.Deliver(published.TryGetValue(value, out var sent) ? happened.T - sent : null);
                    break;
                case { Type: EventType.Resumed } or { Type: EventType.Open, Op: EventOp.Session }:
                    connected.Add(happened.Session!);
                    break;
                case { Type: EventType.Close, Op: EventOp.Session or EventOp.Connection } or { Type: EventType.Lost }:
                    connected.Remove(happened.Session!);
                    break;
            }

            current.See(connected.Count);
        }

        seconds.Add(current.Close(seconds.Count));
        return seconds;
    }

    private static List<FaultSpan> FaultsOf(IReadOnlyList<HistoryEvent> history, Pauses pauses) =>
    [
        .. FaultTimes.In(history).Select(fault => new FaultSpan(
            fault.Begin.Id ?? 0, fault.Begin.Value ?? "", fault.Begin.Client, SecondsFrom(history[0], fault.Begin.T), SecondsFrom(history[0], fault.Until), pauses.Within(fault.Begin.T, fault.Until))),
    ];

    private static double SecondsFrom(HistoryEvent first, long time) => (time - first.T) / MicrosecondsPerSecond;

    /// <summary>What falls into the second that is being read.</summary>
    /// <param name="sessions">Connected at its begin.</param>
    private sealed class Bucket(int sessions)
    {
        private readonly List<long> _answers = [];
        private readonly List<long> _deliveries = [];
        private int _done;
        private int _failed;
        private int _delivered;
        private int _sessions = sessions;

        public void Answer(bool isDone, long? took)
        {
            _done += isDone ? 1 : 0;
            _failed += isDone ? 0 : 1;
            Add(_answers, took);
        }

        public void Deliver(long? took)
        {
            _delivered++;
            Add(_deliveries, took);
        }

        public void See(int connected) => _sessions = Math.Min(_sessions, connected);

        public Second Close(int at) => new(at, _done, _failed, _delivered, P95(_answers), P95(_deliveries), _sessions);

        private static void Add(List<long> times, long? took)
        {
            if (took is { } time)
            {
                times.Add(time);
            }
        }

        private static double? P95(List<long> microseconds)
        {
            if (microseconds.Count == 0)
            {
                return null;
            }

            microseconds.Sort();
            return microseconds[(int)Math.Ceiling(0.95 * microseconds.Count) - 1] / 1000.0;
        }
    }
}
