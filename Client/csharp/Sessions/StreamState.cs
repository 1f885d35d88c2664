namespace GameCluster.Client.Sessions;

/// <summary>One stream: where it comes from and how far it has come.</summary>
internal sealed class StreamState
{
    public string? Service { get; set; }

    public string? Room { get; set; }

    public uint Last { get; set; }
}
