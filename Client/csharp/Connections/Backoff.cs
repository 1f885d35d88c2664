namespace GameCluster.Client.Connections;

/// <summary>
/// When and where to try next. Pauses grow exponentially with full jitter, so that the clients of a gateway that went down do not come back all at the same moment;
/// each attempt goes to the next address. Not thread-safe.
/// </summary>
internal sealed class Backoff(IReadOnlyList<Uri> addresses, TimeSpan least, TimeSpan greatest, Random random)
{
    private const int MostDoublings = 30;

    /// <summary>No server can keep a client away for longer.</summary>
    private static readonly TimeSpan MostAsked = TimeSpan.FromMinutes(2);

    private int _at = random.Next(addresses.Count);
    private Uri? _preferred;

    /// <summary>Failures since the last connection that has lasted.</summary>
    public int Attempts { get; private set; }

    /// <summary>The address of the next attempt is this one, once.</summary>
    public void Prefer(Uri address) => _preferred = address;

    /// <summary>The address to try now.</summary>
    public Uri Address()
    {
        var address = _preferred ?? addresses[_at];
        _preferred = null;
        return address;
    }

    /// <summary>The pause before the next attempt; the first may do without. <paramref name="asked"/>: what the server wants it to be at least.</summary>
    public TimeSpan Fail(bool atOnce, TimeSpan asked = default)
    {
        _at = (_at + 1) % addresses.Count;
        var most = Math.Min(greatest.TotalMilliseconds, least.TotalMilliseconds * Math.Pow(2, Math.Min(Attempts, MostDoublings)));
        Attempts++;
        if (asked > TimeSpan.Zero)
        {
            return TimeSpan.FromMilliseconds(Math.Min(asked.TotalMilliseconds, MostAsked.TotalMilliseconds) * (1 + random.NextDouble()));
        }

        return Attempts == 1 && atOnce ? TimeSpan.Zero : TimeSpan.FromMilliseconds(random.NextDouble() * most);
    }

    /// <summary>A connection has lasted: the next loss is the first one again.</summary>
    public void Reset() => Attempts = 0;
}
