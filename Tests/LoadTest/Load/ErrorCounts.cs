namespace GameCluster.LoadTest.Load;

/// <summary>What went wrong on one connection or, added up, on all of them; over the whole run, warm-up included.</summary>
internal sealed class ErrorCounts
{
    /// <summary>Replies that came after the reply to a later request.</summary>
    public long OutOfOrder { get; set; }

    /// <summary>Requests without a reply.</summary>
    public long Lost { get; set; }

    /// <summary>Replies to nothing: a second one, or one that came after its request was given up as lost.</summary>
    public long Unexpected { get; set; }

    /// <summary>Echoes that differ from the request.</summary>
    public long Mismatched { get; set; }

    /// <summary>Frames with another id than the requests'.</summary>
    public long OtherIds { get; set; }

    public long ErrorFrames { get; set; }

    /// <summary>Requests that could not be sent: the connection had ended, or the server had not read for too long.</summary>
    public long NotSent { get; set; }

    /// <summary>Connections that could not be opened, or whose opening message failed.</summary>
    public long FailedConnections { get; set; }

    /// <summary>Connections on which the server broke the WebSocket or the frame protocol.</summary>
    public long Violations { get; set; }

    /// <summary>Connections the server ended, by close code; 1006 is an end without a close frame.</summary>
    public SortedDictionary<int, long> Closes { get; } = [];

    public long Total => OutOfOrder + Lost + Unexpected + Mismatched + OtherIds + ErrorFrames + NotSent + FailedConnections + Violations
        + Closes.Values.Sum();

    public override string ToString() => Total == 0
        ? "none"
        : $"{OutOfOrder} out of order, {Lost} lost, {Unexpected} unexpected, {Mismatched} mismatched, {OtherIds} other ids, {ErrorFrames} error frames, "
            + $"{NotSent} not sent, {FailedConnections} failed connections, {Violations} violations, "
            + $"closes {(Closes.Count == 0 ? "none" : string.Join(", ", Closes.Select(close => $"{close.Key}: {close.Value}")))}";

    public void Add(ErrorCounts other)
    {
        OutOfOrder += other.OutOfOrder;
        Lost += other.Lost;
        Unexpected += other.Unexpected;
        Mismatched += other.Mismatched;
        OtherIds += other.OtherIds;
        ErrorFrames += other.ErrorFrames;
        NotSent += other.NotSent;
        FailedConnections += other.FailedConnections;
        Violations += other.Violations;
        foreach (var (code, count) in other.Closes)
        {
            Closes[code] = Closes.GetValueOrDefault(code) + count;
        }
    }

    /// <summary>Notes how a connection came to its end.</summary>
    public void AddEnd(int? closeCode, string? violation)
    {
        if (closeCode is { } code)
        {
            Closes[code] = Closes.GetValueOrDefault(code) + 1;
        }

        Violations += violation is null ? 0 : 1;
    }
}
