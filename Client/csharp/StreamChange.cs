namespace GameCluster.Client;

/// <summary>A room or group begins to send to this session, or has ended to.</summary>
/// <param name="Stream">The number of its stream.</param>
/// <param name="Event"><c>opened</c> or <c>closed</c>.</param>
/// <param name="Service">The service.</param>
/// <param name="Room">The room.</param>
/// <param name="Reason">
/// Why it has ended, unless somebody wished it or it was while the client was away: <c>gone</c> (the room or group does not know the session any more, what it said last may be lost, and
/// whoever wants to go on joins again), or what a later server says.
/// </param>
public sealed record StreamChange(ushort Stream, string? Event, string? Service, string? Room, string? Reason = null)
{
    internal const string Opened = "opened";
    internal const string Closed = "closed";

    /// <summary>Whether it begins.</summary>
    public bool IsOpened => Event == Opened;
}
