using System.Text.Json;

namespace GameCluster.LoadTest.Swarm;

/// <summary>The streams of a bot's session: the last number of each, and what has to be acknowledged.</summary>
internal sealed class BotStreams
{
    private readonly Dictionary<int, (string? Key, long Last)> _open = [];
    private int _unacknowledged;
    private long _oldestUnacknowledged;
    private uint _attempts;

    public IEnumerable<int> Numbers => _open.Keys;

    public string? KeyOf(int stream) => _open.GetValueOrDefault(stream).Key;

    public bool IsOpen(int stream) => _open.ContainsKey(stream);

    public void Clear()
    {
        _open.Clear();
        _open[0] = (null, 0);
        _unacknowledged = 0;
    }

    public void Open(int stream, string key) => _open.TryAdd(stream, (key, 0));

    public void Close(int stream) => _open.Remove(stream);

    public void Reached(int stream, long number, long now)
    {
        if (number == 0 || !_open.TryGetValue(stream, out var before))
        {
            return;
        }

        _open[stream] = before with { Last = Math.Max(before.Last, number) };
        Arrived(now);
    }

    /// <summary>Something came that an ack covers.</summary>
    public void Arrived(long now)
    {
        if (_unacknowledged++ == 0)
        {
            _oldestUnacknowledged = now;
        }
    }

    public bool IsAckDue(WelcomeAck when, long now) =>
        _unacknowledged >= when.Messages || (_unacknowledged > 0 && now - _oldestUnacknowledged >= when.Time * 1000L);

    /// <summary>The body of an ack.</summary>
    /// <param name="settled">All requests below this number have been answered.</param>
    public byte[] Acknowledge(uint settled)
    {
        _unacknowledged = 0;
        return JsonSerializer.SerializeToUtf8Bytes(new { streams = Lasts(), settled });
    }

    /// <summary>The body of hello, for a new session if there is no token.</summary>
    public byte[] Hello(string? token, uint settled) => token is null
        ? """{"versions":[1],"client":"loadtest/1.0"}"""u8.ToArray()
        : JsonSerializer.SerializeToUtf8Bytes(new { versions = new[] { 1 }, client = "loadtest/1.0", resume = new { token, streams = Lasts(), settled, attempt = ++_attempts } });

    private Dictionary<string, long> Lasts() => _open.ToDictionary(static entry => $"{entry.Key}", static entry => entry.Value.Last);
}
