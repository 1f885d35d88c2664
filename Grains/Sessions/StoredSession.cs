namespace GameCluster.Sessions;

/// <summary>A session whose client is away, as it is stored.</summary>
/// <param name="Id">Which session.</param>
/// <param name="Epoch">Its attachment.</param>
/// <param name="Turn">Rises with each image of the same epoch.</param>
/// <param name="Left">How long it still waits for its client.</param>
/// <param name="Image">What its grain begins with.</param>
public sealed record StoredSession(SessionId Id, long Epoch, long Turn, TimeSpan Left, byte[] Image);
