namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>What players saw in one second of a run.</summary>
/// <param name="At">Its begin, in seconds from that of the history.</param>
/// <param name="Done">Requests that were answered well.</param>
/// <param name="Failed">Requests that were answered by an error, or never.</param>
/// <param name="Delivered">Pushes of publishes that arrived.</param>
/// <param name="AnswerP95Ms">From request to answer, of those answered in it; null if there were none.</param>
/// <param name="DeliveryP95Ms">From publish to delivery, of those delivered in it; null if there were none.</param>
/// <param name="Sessions">Sessions that were connected all the time: the fewest at any moment of it.</param>
internal sealed record Second(int At, int Done, int Failed, int Delivered, double? AnswerP95Ms, double? DeliveryP95Ms, int Sessions);
