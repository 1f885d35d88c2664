using GameCluster.Client.Protocol;

namespace GameCluster.Client.Sessions;

/// <summary>The streams of one session: where they come from and how far they have come. Not thread-safe.</summary>
internal sealed class Streams
{
    private readonly Dictionary<ushort, StreamState> _streams = new() { [0] = new StreamState() };

    /// <summary>Counts a push.</summary>
    public Arrival Receive(ushort stream, uint number)
    {
        if (number == 0)
        {
            return Arrival.New;
        }

        var state = this[stream];
        if (number != state.Last + 1)
        {
            return number <= state.Last ? Arrival.Repeat : Arrival.Gap;
        }

        state.Last = number;
        return Arrival.New;
    }

    /// <summary>The stream goes on behind this number: what was before it will not come.</summary>
    public void SkipTo(ushort stream, uint number) => this[stream].Last = number;

    public void Open(ushort stream, string? service, string? room)
    {
        var state = this[stream];
        (state.Service, state.Room) = (service, room);
    }

    public void Close(ushort stream) => _streams.Remove(stream);

    /// <summary>Takes over what welcome says there is; returns what has come and gone.</summary>
    public List<StreamChange> Reconcile(IReadOnlyList<StreamInfo> present)
    {
        var changes = new List<StreamChange>();
        var numbers = present.Select(static stream => stream.Stream).ToHashSet();
        foreach (var (number, state) in _streams.Where(stream => stream.Key != 0 && !numbers.Contains(stream.Key)).ToList())
        {
            _streams.Remove(number);
            changes.Add(new(number, StreamChange.Closed, state.Service, state.Room));
        }

        foreach (var stream in present.Where(stream => !_streams.ContainsKey(stream.Stream)))
        {
            Open(stream.Stream, stream.Service, stream.Room);
            changes.Add(new(stream.Stream, StreamChange.Opened, stream.Service, stream.Room));
        }

        return changes;
    }

    /// <summary>The last number of each stream.</summary>
    public IReadOnlyDictionary<ushort, uint> Numbers() => _streams.ToDictionary(static stream => stream.Key, static stream => stream.Value.Last);

    /// <summary>The stream with a number, which may be one that was not announced.</summary>
    public StreamState this[ushort stream] => _streams.TryGetValue(stream, out var state) ? state : _streams[stream] = new StreamState();
}
