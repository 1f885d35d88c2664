using GameCluster.Sessions;

namespace GameCluster.Silo.Storage.Sessions;

/// <summary>What is to be done about what is stored of a session.</summary>
/// <param name="Session">Which session.</param>
/// <param name="Epoch">With <paramref name="Turn"/>: what it is compared by.</param>
/// <param name="Turn">See <see cref="StoredSession"/>.</param>
/// <param name="Image">What is to be stored; null: what is stored is to be deleted.</param>
/// <param name="ExpiresAt">When its time is up, on this process' clock.</param>
/// <param name="IsFirst">Nothing can be stored of it yet, so that nothing needs to be deleted.</param>
internal sealed record AwayChange(SessionId Session, long Epoch, long Turn, byte[]? Image, long ExpiresAt, bool IsFirst)
{
    /// <summary>Nothing is to be done after all.</summary>
    public bool IsVoid => Image is null && IsFirst;

    public int Bytes => Image?.Length ?? 0;

    /// <summary>This change after an earlier one that was not made.</summary>
    public AwayChange After(AwayChange earlier) => this with { IsFirst = earlier.IsFirst };
}
