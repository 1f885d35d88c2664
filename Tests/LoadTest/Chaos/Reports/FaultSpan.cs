namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>A fault as the players noticed it.</summary>
/// <param name="At">Seconds from the begin of the history.</param>
/// <param name="Until">When what it had befallen served again; the history's end where it did not.</param>
/// <param name="LongestPauseMs">The longest that a player waited, for answers or for a connection, while it lasted.</param>
/// <param name="MedianPauseMs">The longest wait of each player in that time: the middle one.</param>
/// <param name="Disturbed">Players that waited for longer than a second.</param>
/// <param name="Players">Players that were there.</param>
internal sealed record FaultSpan(long Id, string Kind, string Target, double At, double Until, double LongestPauseMs, double MedianPauseMs, int Disturbed, int Players);
