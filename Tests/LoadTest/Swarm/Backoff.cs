namespace GameCluster.LoadTest.Swarm;

/// <summary>Pauses between attempts to connect: random, up to a bound that doubles with each failure.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private int _failures;

    public void Reset() => _failures = 0;

    /// <param name="asked">How long the server wants to be left alone; zero if it has not said so.</param>
    public TimeSpan Next(TimeSpan asked)
    {
        if (asked > TimeSpan.Zero)
        {
            return asked * (1 + random.NextDouble());
        }

        var bound = First * (1 << Math.Min(_failures++, 10));
        return random.NextDouble() * (bound < Longest ? bound : Longest);
    }
}
