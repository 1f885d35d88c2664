namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>Follows who is a member of which room through a history.</summary>
internal sealed class Memberships(IReadOnlyDictionary<(string Key, string Value), Publish> publishes)
{
    private readonly Dictionary<string, Dictionary<int, Membership>> _open = [];

    /// <summary>All there ever were.</summary>
    public List<Membership> All { get; } = [];

    /// <summary>Deliveries of a value to a member that had it.</summary>
    public List<HistoryEvent> Repeated { get; } = [];

    public static Memberships Of(IReadOnlyList<HistoryEvent> history, IReadOnlyDictionary<(string Key, string Value), Publish> publishes)
    {
        var memberships = new Memberships(publishes);
        foreach (var happened in history)
        {
            memberships.Apply(happened);
        }

        if (history.Count > 0)
        {
            foreach (var membership in memberships._open.Values.SelectMany(static streams => streams.Values))
            {
                membership.Over(history[^1].T);
            }
        }

        return memberships;
    }

    private void Apply(HistoryEvent happened)
    {
        if (happened.Session is not { } session)
        {
            return;
        }

        if (!_open.TryGetValue(session, out var streams))
        {
            _open.Add(session, streams = []);
        }

        switch (happened)
        {
            case { Type: EventType.Open, Op: EventOp.Stream, Stream: { } stream, Key: not null }:
                streams[stream] = new Membership(happened);
                All.Add(streams[stream]);
                break;
            case { Type: EventType.Push, Stream: { } stream, Number: > 0, Value: not null } when streams.TryGetValue(stream, out var membership):
                Deliver(membership, happened);
                break;
            case { Type: EventType.Resync, Stream: { } stream } when streams.TryGetValue(stream, out var membership):
                membership.Resync(happened);
                break;
            case { Type: EventType.Close, Op: EventOp.Stream, Stream: { } stream } when streams.Remove(stream, out var membership):
                membership.Left(happened.T);
                break;
            default:
                ApplyToAll(happened, streams);
                break;
        }
    }

    private static void ApplyToAll(HistoryEvent happened, Dictionary<int, Membership> streams)
    {
        foreach (var membership in streams.Values)
        {
            switch (happened)
            {
                case { Type: EventType.Invoke, Op: EventOp.Leave } when happened.Key == membership.Key:
                    membership.Left(happened.T);
                    break;
                case { Type: EventType.Close, Op: EventOp.Connection }:
                    membership.Disconnected(happened.T);
                    break;
                case { Type: EventType.Resumed }:
                    membership.Resumed(happened.T);
                    break;
                case { Type: EventType.Lost } or { Type: EventType.Close, Op: EventOp.Session }:
                    membership.Over(happened.T);
                    break;
            }
        }

        if (happened is { Type: EventType.Lost } or { Type: EventType.Close, Op: EventOp.Session })
        {
            streams.Clear();
        }
    }

    private void Deliver(Membership membership, HistoryEvent push)
    {
        if (!membership.TryDeliver(push, publishes.GetValueOrDefault((membership.Key, push.Value!))))
        {
            Repeated.Add(push);
        }
    }
}
