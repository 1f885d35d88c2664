namespace GameCluster.Client;

/// <summary>A room or group begins to send to this session, or has ended to.</summary>
/// <param name="Stream">The number of its stream.</param>
/// <param name="Event"><c>opened</c> or <c>closed</c>.</param>
/// <param name="Service">The service.</param>
/// <param name="Room">The room.</param>
public sealed record StreamChange(ushort Stream, string? Event, string? Service, string? Room)
{
    internal const string Opened = "opened";
    internal const string Closed = "closed";

    /// <summary>Whether it begins.</summary>
    public bool IsOpened => Event == Opened;
}
