namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>A publish or a count, from when it was asked for until it was certainly done.</summary>
internal sealed class Operation
{
    private Operation(HistoryEvent begin, HistoryEvent? end, long? number)
    {
        Begin = begin;
        End = end;
        Number = number;
    }

    public HistoryEvent Begin { get; }

    /// <summary>The answer or, if that came first, the first push; null if it may not have been done.</summary>
    public HistoryEvent? End { get; }

    /// <summary>The place of the publish, or what was counted; null if nobody was told.</summary>
    public long? Number { get; }

    /// <summary>Where the search keeps it while it is open.</summary>
    public int Slot { get; set; }

    private bool IsCount => Begin.Op == EventOp.Count;

    /// <summary>The operations of each room whose answers tell places. What was refused is none.</summary>
    public static IReadOnlyDictionary<string, List<Operation>> In(IReadOnlyList<HistoryEvent> history)
    {
        var places = new Dictionary<(string Key, string Value), HistoryEvent>();
        var counts = new Dictionary<(string? Session, long? Id), HistoryEvent>();
        foreach (var happened in history)
        {
            switch (happened)
            {
                case { Type: EventType.Push, Number: > 0, Id: not null, Key: { } key, Value: { } value }:
                    places.TryAdd((key, value), happened);
                    break;
                case { Type: EventType.Ok, Op: EventOp.Publish, Number: not null, Key: { } key, Value: { } value }:
                    places.TryAdd((key, value), happened);
                    break;
                case { Type: EventType.Ok, Op: EventOp.Count, Number: not null }:
                    counts.TryAdd((happened.Session, happened.Id), happened);
                    break;
            }
        }

        var rooms = new Dictionary<string, List<Operation>>();
        var publishes = Publish.In(history);
        foreach (var begin in history.Where(static happened => happened is { Type: EventType.Invoke, Key: not null }))
        {
            var operation = begin switch
            {
                { Op: EventOp.Publish, Value: { } value } when !publishes[(begin.Key!, value)].IsRefused => OfPublish(begin, places.GetValueOrDefault((begin.Key!, value))),
                { Op: EventOp.Count } when counts.TryGetValue((begin.Session, begin.Id), out var answer) => new Operation(begin, answer, answer.Number),
                _ => null,
            };
            if (operation is null)
            {
                continue;
            }

            if (!rooms.TryGetValue(begin.Key!, out var operations))
            {
                rooms.Add(begin.Key!, operations = []);
            }

            operations.Add(operation);
        }

        return rooms;
    }

    /// <summary>Whether it can be done while so many publishes are, and how many are then.</summary>
    public bool TryApply(long count, out long after)
    {
        after = IsCount ? count : count + 1;
        return Number == after;
    }

    public override string ToString() => IsCount ? $"a count of {Number}" : $"{Begin.Value} as publish {Number}";

    private static Operation OfPublish(HistoryEvent begin, HistoryEvent? place) =>
        new(begin, place, place is null ? null : place.Type == EventType.Push ? place.Id : place.Number);
}
