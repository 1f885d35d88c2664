namespace GameCluster.Rooms;

/// <summary>
/// Tells when steps of a fixed length are due. Late ones are caught up, a few at a time; what is later still is given up, so that a room which is too slow runs slower instead of
/// ever further behind.
/// </summary>
internal sealed class FixedStep(TimeSpan step, TimeProvider time, long number = 0)
{
    public const int MaxAtOnce = 4;

    private long _startedAt = time.GetTimestamp();
    private long _sinceStart;

    /// <summary>The number of the last step taken.</summary>
    public long Number { get; private set; } = number;

    public TimeSpan Step => step;

    /// <summary>How long until the next step is due; zero if it is.</summary>
    public TimeSpan UntilNext => TimeSpan.FromTicks(Math.Max(0, (((_sinceStart + 1) * step) - Elapsed).Ticks));

    private TimeSpan Elapsed => time.GetElapsedTime(_startedAt);

    /// <summary>How many steps are to be taken now. More than the most at once are given up for good: their number is <paramref name="skipped"/>.</summary>
    public int CountDue(out long skipped)
    {
        var due = (Elapsed.Ticks / step.Ticks) - _sinceStart;
        skipped = Math.Max(0, due - MaxAtOnce);
        _sinceStart += skipped;
        return (int)(due - skipped);
    }

    /// <summary>Counts time from now on: no step is late.</summary>
    public void Restart() => (_startedAt, _sinceStart) = (time.GetTimestamp(), 0);

    /// <summary>Takes the next step.</summary>
    public TickContext Next()
    {
        _sinceStart++;
        return new TickContext(++Number, step);
    }
}
