namespace GameCluster.Watch;

/// <summary>A turn that has been under way for some time.</summary>
/// <param name="Grain">Whose.</param>
/// <param name="MessageId">The message, or 0.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Since">Since when it does what it does now.</param>
/// <param name="HoldsThread">Whether that is to hold a thread, and not to wait.</param>
internal readonly record struct RunningTurn(WatchedGrain Grain, int MessageId, long StartedAt, long Since, bool HoldsThread);
