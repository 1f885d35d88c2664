using GameCluster.Services;

namespace GameCluster.Tests.Migration;

/// <summary>Counts in its state and in a field, so that a test sees what goes along.</summary>
[Service(Name, Key = ServiceKey.Fixed, FixedKey = "one")]
internal sealed class MovingService : ServiceGrain<MovingState>
{
    public const string Name = "tests.moving";
    public const int Count = 61900;
    public const int Wait = 61901;

    private int _here;

    /// <summary>Handlers of <see cref="Wait"/> that have begun, in this process.</summary>
    public static volatile int Begun;

    [Handles(Count)]
    public MovingReply CountUp()
    {
        State.Visits.Add($"visit {State.Visits.Count + 1}");
        return new MovingReply(++State.Count, ++_here, State.Visits[^1]);
    }

    [Handles(Wait)]
    public async Task<MovingReply> WaitAsync(CancellationToken stopping)
    {
        Interlocked.Increment(ref Begun);
        await Task.Delay(TimeSpan.FromMilliseconds(700), stopping);
        return CountUp();
    }
}

internal sealed class MovingState
{
    /// <summary>A field, which counts as well.</summary>
    public int Count;

    public List<string> Visits { get; set; } = [];
}

internal sealed record MovingReply(int Count, int Here, string Visit);
