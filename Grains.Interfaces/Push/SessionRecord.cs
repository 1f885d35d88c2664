namespace GameCluster.Push;

/// <summary>What a session is, apart from its connection: enough for any gateway to go on with it.</summary>
[GenerateSerializer, Immutable, Alias("gamecluster.SessionRecord")]
public sealed record SessionRecord
{
    /// <summary>A session that has not done anything yet.</summary>
    public static readonly SessionRecord Empty = new();

    /// <summary>The logged-in player, or null.</summary>
    [Id(0)]
    public string? Player { get; init; }

    /// <summary>Service name to room key; not to be changed.</summary>
    [Id(1)]
    public Dictionary<string, string> Rooms { get; init; } = new Dictionary<string, string>();

    /// <summary>Who is to be told of the session's end.</summary>
    [Id(2)]
    public SessionTarget[] Targets { get; init; } = [];

    /// <summary>The streams the session follows.</summary>
    [Id(3)]
    public SessionStream[] Streams { get; init; } = [];

    /// <summary>The last number given to a stream; numbers are not used again.</summary>
    [Id(4)]
    public ushort LastStream { get; init; }

    /// <summary>Answers to requests that changed the session: a repeat may find another grain than the request did.</summary>
    [Id(5)]
    public SessionAnswer[] Answers { get; init; } = [];

    /// <summary>Rooms that requests went to which may come again, oldest first.</summary>
    [Id(6)]
    public EarlierRoom[] EarlierRooms { get; init; } = [];
}
