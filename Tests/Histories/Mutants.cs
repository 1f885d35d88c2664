using GameCluster.LoadTest.Histories;

namespace GameCluster.Tests.Histories;

/// <summary>Bugs a server may have.</summary>
internal static class Mutants
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("repeats a push after a resume", "order", NumberedPushes, static (events, at) => events.Insert(at + 1, events[at])),
        new("drops a push in the middle", "order", PushesBeforePushes, static (events, at) => events.RemoveAt(at)),
        new("swaps two pushes", "order", PushesBeforePushes, static (events, at) => Swap(events, at, events.NextOfStream(at), wholly: true)),
        new("goes on after a gap without a resync", "order", ResyncsBeforePushes, static (events, at) => events.RemoveAt(at)),
        new("pushes to a member that has left", "order", ClosedStreams, static (events, at) => events.Insert(at + 1, events[at] with { Type = EventType.Push, Op = EventOp.Publish, Number = 1 + events.LastNumber(at), Value = null })),
        new("pushes from another room", "order", NumberedPushes, static (events, at) => events[at] = events[at] with { Key = "board/other" }),
        new("resumes a session that was ended", "order", EndedSessions, static (events, at) => events.Insert(at + 1, events[at] with { Type = EventType.Resumed, Op = null })),
        new("loses the last acknowledged push", "delivery", LastPushesOfStayers, static (events, at) => events.RemoveAt(at)),
        new("forgets one member when it numbers a push", "delivery", UnbrokenPushesOfStayers, static (events, at) => events.RemoveAndRenumber(at)),
        new("executes a request twice", "delivery", DeliveredAnswers, static (events, at) => events.ExecuteAgain(at)),
        new("executes a request twice", "answers", DeliveredAnswers, static (events, at) => events.ExecuteAgain(at)),
        new("pushes what nobody published", "delivery", NumberedPushes, static (events, at) => events[at] = events[at] with { Value = "nobody's" }),
        new("delivers what it refused", "delivery", DeliveredAnswers, static (events, at) => events[at] = events[at] with { Type = EventType.Fail }),
        new("shows members different orders", "rooms", PairsSeenByOthers, static (events, at) => Swap(events, at, events.NextOfStream(at), wholly: false)),
        new("turns a publisher's order round", "rooms", PairsOfOnePublisher, static (events, at) => Swap(events, at, events.NextOfStream(at), wholly: false)),
        new("turns the order of time round, for all alike", "rooms", PairsApartInTime, static (events, at) => events.Exchange(at, events.NextOfStream(at))),
        new("answers twice", "answers", Answers, static (events, at) => events.Insert(at + 1, events[at])),
        new("answers what was not asked", "answers", Answers, static (events, at) => events[at] = events[at] with { Id = 100_000 }),
        new("never answers", "answers", AnswersInEndedSessions, static (events, at) => events.RemoveAt(at)),
        new("forgets what it has done", "counts", Counts, static (events, at) => events[at] = events[at] with { Number = 0 }),
        new("counts what nobody asked for", "counts", Counts, static (events, at) => events[at] = events[at] with { Number = 10_000 }),
        new("lets two silos serve one epoch", "writers", EpochsSeenBefore, static (events, at) => events[at] = events[at] with { Silo = "another" }),
        new("lets a silo push after its successor", "writers", PushesBeforePushes, static (events, at) => SetEpoch(events, events.NextOfStream(at), 0)),
        new("lets a silo answer after its successor", "writers", Counts, static (events, at) => SetEpoch(events, at, 0)),
        new("counts what was there before", "linear", Counts, static (events, at) => events[at] = events[at] with { Number = events[at].Number - 1 }),
        new("gives two publishes one place", "linear", PairsSeen, static (events, at) => events.GiveSamePlace(at, events.NextOfStream(at))),
        new("books twice", "ledger", Counts, static (events, at) => Book(events, at, 1)),
        new("forgets a booking", "ledger", Counts, static (events, at) => Book(events, at, -1)),
        new("loses a session within its window", "resume", Resumptions, static (events, at) => events[at] = events[at] with { Type = EventType.Lost, Value = "unknown" }),
    ];

    private static IEnumerable<int> NumberedPushes(List<HistoryEvent> events) => events.Where(static happened => happened.IsNumberedPush());

    private static IEnumerable<int> PushesBeforePushes(List<HistoryEvent> events) => NumberedPushes(events).Where(at => IsPush(events, events.NextOfStream(at)));

    private static IEnumerable<int> ResyncsBeforePushes(List<HistoryEvent> events) =>
        events.Where(static happened => happened.Type == EventType.Resync).Where(at => IsPush(events, events.NextOfStream(at)));

    private static IEnumerable<int> ClosedStreams(List<HistoryEvent> events) => events.Where(static happened => happened is { Type: EventType.Close, Op: EventOp.Stream });

    private static IEnumerable<int> EndedSessions(List<HistoryEvent> events) => events.Where(static happened => happened is { Type: EventType.Close, Op: EventOp.Session });

    private static IEnumerable<int> LastPushesOfStayers(List<HistoryEvent> events) =>
        NumberedPushes(events).Where(at => events.NextOfStream(at) < 0 && events.IsEnded(at) && events.IsAcknowledged(at));

    private static IEnumerable<int> UnbrokenPushesOfStayers(List<HistoryEvent> events) =>
        NumberedPushes(events).Where(at => events.IsEnded(at) && events.IsAcknowledged(at)
            && !events.Exists(other => other.IsOfStream(events[at]) && other.Type is EventType.Resync or EventType.Close));

    private static IEnumerable<int> DeliveredAnswers(List<HistoryEvent> events) => events.Where(happened =>
        happened is { Type: EventType.Ok, Op: EventOp.Publish } && events.Exists(other => other.IsNumberedPush() && other.Value == happened.Value));

    private static IEnumerable<int> PairsSeenByOthers(List<HistoryEvent> events) => PushesBeforePushes(events).Where(at =>
    {
        var (first, second) = (events[at], events[events.NextOfStream(at)]);
        return events.Exists(other => other.IsNumberedPush() && other.Session != first.Session && other.Value == first.Value
            && events.Exists(next => next.IsNumberedPush() && next.IsOfStream(other) && next.Value == second.Value));
    });

    private static IEnumerable<int> PairsOfOnePublisher(List<HistoryEvent> events) =>
        PushesBeforePushes(events).Where(at => events.InvokeOf(at).Session == events.InvokeOf(events.NextOfStream(at)).Session);

    private static IEnumerable<int> PairsApartInTime(List<HistoryEvent> events) => PushesBeforePushes(events).Where(at =>
        events.Find(happened => happened is { Type: EventType.Ok, Op: EventOp.Publish } && happened.Value == events[at].Value) is { } done
        && done.T < events.InvokeOf(events.NextOfStream(at)).T);

    private static IEnumerable<int> Answers(List<HistoryEvent> events) => events.Where(static happened => happened.Type == EventType.Ok);

    private static IEnumerable<int> AnswersInEndedSessions(List<HistoryEvent> events) => Answers(events).Where(events.IsEnded);

    /// <summary>The last ones: then something was certainly done.</summary>
    private static IEnumerable<int> Counts(List<HistoryEvent> events) =>
        events.Where(static happened => happened is { Type: EventType.Ok, Op: EventOp.Count }).TakeLast(ModelRun.Clients);

    private static IEnumerable<int> EpochsSeenBefore(List<HistoryEvent> events) => events.Where(static happened => happened.Epoch is not null)
        .Where(at => events.FindIndex(other => other.Key == events[at].Key && other.Epoch == events[at].Epoch) < at);

    private static IEnumerable<int> PairsSeen(List<HistoryEvent> events) => PushesBeforePushes(events).Where(at => events[at].Value != events[events.NextOfStream(at)].Value);

    private static IEnumerable<int> Resumptions(List<HistoryEvent> events) => events.Where(static happened => happened.Type == EventType.Resumed)
        .Where(at => events[at].T - events.FindLast(at, other => other.Type == EventType.Close && other.Session == events[at].Session).T < ModelRun.WindowMicroseconds);

    private static IEnumerable<int> Where(this List<HistoryEvent> events, Func<HistoryEvent, bool> isPlace) =>
        Enumerable.Range(0, events.Count).Where(at => isPlace(events[at]));

    private static void SetEpoch(List<HistoryEvent> events, int at, long epoch) => events[at] = events[at] with { Epoch = epoch };

    /// <summary>Books an amount more, or less, than was asked for.</summary>
    private static void Book(List<HistoryEvent> events, int at, int times)
    {
        var booked = events.FindLast(at, happened => happened is { Type: EventType.Ok, Op: EventOp.Publish } && happened.Key == events[at].Key);
        events[at] = events[at] with { Value = $"{long.Parse(events[at].Value!) + (times * Amount.Of(booked.Value!))}" };
    }

    private static bool IsPush(List<HistoryEvent> events, int at) => at >= 0 && events[at].IsNumberedPush();

    /// <summary>Turns two pushes round: their numbers too, or only what they say.</summary>
    private static void Swap(List<HistoryEvent> events, int first, int second, bool wholly)
    {
        var (one, other) = (events[first], events[second]);
        events[first] = one with { Value = other.Value, Id = other.Id, Number = wholly ? other.Number : one.Number };
        events[second] = other with { Value = one.Value, Id = one.Id, Number = wholly ? one.Number : other.Number };
    }
}
