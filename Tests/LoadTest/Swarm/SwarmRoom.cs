namespace GameCluster.LoadTest.Swarm;

/// <summary>A room of the swarm. Its first member opens it, the others wait until it has a key.</summary>
internal sealed class SwarmRoom
{
    private volatile string? _key;

    /// <summary>Its key at the server; null while it has to be opened.</summary>
    public string? Key
    {
        get => _key;
        set => _key = value;
    }
}
