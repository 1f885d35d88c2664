namespace GameCluster.Services;

/// <summary>What a request came to: kept to be given again. Null until its handler has ended.</summary>
internal sealed class StoredAnswer(uint number)
{
    private TaskCompletionSource? _ended;

    /// <summary>The request's number.</summary>
    public uint Number { get; } = number;

    /// <summary>The frames, or null while the handler runs.</summary>
    public OutboundFrame[]? Frames { get; private set; }

    /// <summary>What the handler changed about the session.</summary>
    public SessionEffects? Effects { get; private set; }

    /// <summary>What it takes, about.</summary>
    public int Bytes { get; private set; }

    /// <summary>Completes when the handler has ended.</summary>
    public Task Ended => (_ended ??= new TaskCompletionSource()).Task;

    public void End(OutboundFrame[] frames, SessionEffects? effects)
    {
        (Frames, Effects) = (frames, effects);
        foreach (var frame in frames)
        {
            Bytes += frame.Body.Length;
        }

        _ended?.TrySetResult();
    }
}
