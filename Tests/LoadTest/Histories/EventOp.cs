namespace GameCluster.LoadTest.Histories;

/// <summary>The operations that checks know. Others are a game's own.</summary>
internal static class EventOp
{
    /// <summary>With <see cref="EventType.Open"/> and <see cref="EventType.Close"/>: what began or ended.</summary>
    public const string Session = "session";

    /// <inheritdoc cref="Session"/>
    public const string Stream = "stream";

    /// <inheritdoc cref="Session"/>
    public const string Connection = "connection";

    /// <summary>A request to deliver a value to all members of a room.</summary>
    public const string Publish = "publish";

    /// <summary>A request to leave a room.</summary>
    public const string Leave = "leave";

    /// <summary>A request for how many publishes the room has done.</summary>
    public const string Count = "count";

    /// <summary>With <see cref="EventType.Fault"/>: the fault begins.</summary>
    public const string Begin = "begin";

    /// <summary>With <see cref="EventType.Fault"/>: the fault is over, and what it had befallen serves again.</summary>
    public const string End = "end";

    /// <summary>Value of a <see cref="Connection"/>'s end that the client itself brought about.</summary>
    public const string Cut = "cut";

    /// <summary>Value of an <see cref="EventType.Info"/>: the session was still there, but the answer never came.</summary>
    public const string Unanswered = "unanswered";
}
