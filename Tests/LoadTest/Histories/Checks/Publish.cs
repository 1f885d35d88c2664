namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>One published value and what became of it.</summary>
internal sealed class Publish(HistoryEvent invoked)
{
    public HistoryEvent Invoked { get; } = invoked;

    /// <summary>Its answer: done, not done or unknown. Null while there is none.</summary>
    public HistoryEvent? Answer { get; private set; }

    /// <summary>When it was certainly done: acknowledged, or seen by a member. Null if it may not have been.</summary>
    public long? Done { get; private set; }

    public bool IsRefused => Answer is { Type: EventType.Fail };

    /// <summary>All publishes of a history by room and value.</summary>
    public static IReadOnlyDictionary<(string Key, string Value), Publish> In(IReadOnlyList<HistoryEvent> history)
    {
        var publishes = new Dictionary<(string Key, string Value), Publish>();
        foreach (var happened in history)
        {
            if (happened is not { Key: { } key, Value: { } value })
            {
                continue;
            }

            if (happened is { Type: EventType.Invoke, Op: EventOp.Publish })
            {
                publishes.TryAdd((key, value), new Publish(happened));
            }
            else if (publishes.TryGetValue((key, value), out var publish))
            {
                publish.Apply(happened);
            }
        }

        return publishes;
    }

    private void Apply(HistoryEvent happened)
    {
        if (happened is { Type: EventType.Ok or EventType.Fail, Op: EventOp.Publish })
        {
            Answer ??= happened;
        }

        if (happened is { Type: EventType.Ok, Op: EventOp.Publish } or { Type: EventType.Push, Number: > 0 })
        {
            Done ??= happened.T;
        }
    }
}
