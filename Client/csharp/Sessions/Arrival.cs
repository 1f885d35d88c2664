namespace GameCluster.Client.Sessions;

/// <summary>What a push is to its stream.</summary>
internal enum Arrival
{
    /// <summary>The next one, or a live one.</summary>
    New,

    /// <summary>It has arrived before.</summary>
    Repeat,

    /// <summary>Others are missing before it.</summary>
    Gap,
}
