using System.Text.Json.Serialization;

namespace GameCluster.LoadTest.Histories;

/// <summary>One line of a history. What the fields mean for each type is in docs/reliability.md.</summary>
internal sealed record HistoryEvent
{
    /// <summary>Microseconds of the machine's monotonic clock, never falling within a file.</summary>
    public long T { get; init; }

    /// <summary>Who saw it: a client, or a process with <see cref="EventType.Sample"/> and <see cref="EventType.Fault"/>.</summary>
    public required string Client { get; init; }

    public string? Session { get; init; }

    public required EventType Type { get; init; }

    public string? Op { get; init; }

    /// <summary>The number of a stream within its session.</summary>
    public int? Stream { get; init; }

    /// <summary>Within a stream: number of a push, last number before a resync. 0: not numbered.</summary>
    public long? Number { get; init; }

    /// <summary>Number of a request within its session; of a push: how many publishes its room had done with this one, where the game says so.</summary>
    public long? Id { get; init; }

    /// <summary>The room, as service/room.</summary>
    public string? Key { get; init; }

    /// <summary>What was published, unique within the history; or a reason.</summary>
    public string? Value { get; init; }

    public string? Gateway { get; init; }

    /// <summary>In an answer or a push, where the game says it: which life of the room did it, higher in each later one.</summary>
    public long? Epoch { get; init; }

    /// <summary>Likewise: the silo that did it.</summary>
    public string? Silo { get; init; }

    /// <summary>The file it was read from, when there are several.</summary>
    [JsonIgnore]
    public string? File { get; init; }

    /// <summary>Its line there, from 1; 0 when it was not read.</summary>
    [JsonIgnore]
    public long Line { get; init; }
}
