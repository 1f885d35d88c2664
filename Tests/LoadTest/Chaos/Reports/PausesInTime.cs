namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>What players noticed of a time.</summary>
/// <param name="LongestMs">The longest that a player waited.</param>
/// <param name="MedianMs">The longest wait of each player: the middle one.</param>
/// <param name="Disturbed">Players that waited for longer than a second.</param>
/// <param name="Players">Players that were there.</param>
/// <param name="AffectedMs">The waits of the players that noticed it at all, in order: their connection was ended, or they waited for longer than is usual in this history.</param>
internal sealed record PausesInTime(double LongestMs, double MedianMs, int Disturbed, int Players, IReadOnlyList<double> AffectedMs);
