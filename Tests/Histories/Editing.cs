using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.Histories;

/// <summary>What mutants look up and change in a history.</summary>
internal static class Editing
{
    public static bool IsNumberedPush(this HistoryEvent happened) => happened is { Type: EventType.Push, Number: > 0 };

    public static bool IsOfStream(this HistoryEvent happened, HistoryEvent other) => happened.Session == other.Session && happened.Stream == other.Stream;

    /// <summary>The next event of the same stream that is numbered, or its end; -1 if there is none.</summary>
    public static int NextOfStream(this List<HistoryEvent> events, int at) =>
        events.FindIndex(at + 1, happened => happened.IsOfStream(events[at]) && (happened.IsNumberedPush() || happened.Type is EventType.Resync or EventType.Close));

    public static long LastNumber(this List<HistoryEvent> events, int at) =>
        events.Take(at).LastOrDefault(happened => happened.IsOfStream(events[at]) && happened.Number > 0)?.Number ?? 0;

    /// <summary>The last event before a place of which something is true.</summary>
    public static HistoryEvent FindLast(this List<HistoryEvent> events, int before, Predicate<HistoryEvent> isSo) => events[events.FindLastIndex(before, isSo)];

    /// <summary>Whether the session of an event lived until its client ended it.</summary>
    public static bool IsEnded(this List<HistoryEvent> events, int at) =>
        events.Exists(happened => happened is { Type: EventType.Close, Op: EventOp.Session } && happened.Session == events[at].Session);

    public static bool IsAcknowledged(this List<HistoryEvent> events, int at) =>
        events.Exists(happened => happened is { Type: EventType.Ok, Op: EventOp.Publish } && happened.Value == events[at].Value);

    public static HistoryEvent InvokeOf(this List<HistoryEvent> events, int at) =>
        events.Find(happened => happened is { Type: EventType.Invoke, Op: EventOp.Publish } && happened.Value == events[at].Value)!;

    /// <summary>Takes a push out, as if it had never been numbered.</summary>
    public static void RemoveAndRenumber(this List<HistoryEvent> events, int at)
    {
        var removed = events[at];
        events.RemoveAt(at);
        events.Renumber(removed, at, -1);
    }

    /// <summary>Every member that was pushed the answered publish is pushed it again.</summary>
    public static void ExecuteAgain(this List<HistoryEvent> events, int answer)
    {
        var value = events[answer].Value;
        for (var at = events.Count - 1; at >= 0; at--)
        {
            if (events[at].IsNumberedPush() && events[at].Value == value)
            {
                events.Renumber(events[at], at + 1, 1);
                events.Insert(at + 1, events[at] with { Number = events[at].Number + 1, Id = events[at].Id + 1 });
            }
        }
    }

    /// <summary>Exchanges two values wherever they were pushed.</summary>
    public static void Exchange(this List<HistoryEvent> events, int first, int second)
    {
        var (one, other) = (events[first], events[second]);
        for (var at = 0; at < events.Count; at++)
        {
            if (events[at].IsNumberedPush() && (events[at].Value == one.Value || events[at].Value == other.Value))
            {
                events[at] = events[at] with { Value = events[at].Value == one.Value ? other.Value : one.Value };
            }
        }
    }

    /// <summary>Every member and the publisher are told the first one's place for the second one too.</summary>
    public static void GiveSamePlace(this List<HistoryEvent> events, int first, int second)
    {
        var (place, value) = (events[first].Id, events[second].Value);
        for (var at = 0; at < events.Count; at++)
        {
            if (events[at] is { Type: EventType.Push } push && push.Value == value)
            {
                events[at] = push with { Id = place };
            }
            else if (events[at] is { Type: EventType.Ok, Op: EventOp.Publish } answer && answer.Value == value)
            {
                events[at] = answer with { Number = place };
            }
        }
    }

    private static void Renumber(this List<HistoryEvent> events, HistoryEvent stream, int from, int by)
    {
        for (var at = from; at < events.Count; at++)
        {
            if (events[at].IsOfStream(stream) && events[at].Number > 0 && events[at].Type is EventType.Push or EventType.Resync)
            {
                events[at] = events[at] with { Number = events[at].Number + by };
            }
        }
    }
}
