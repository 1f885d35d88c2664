namespace GameCluster.LoadTest.Swarm;

/// <summary>What an answer or a push tells of its room; null where it does not.</summary>
/// <param name="Position">How many publishes the room had done with this one, or has done in all.</param>
/// <param name="Balance">What its account holds.</param>
/// <param name="Epoch">Which life of the room it is.</param>
/// <param name="Silo">Where that is.</param>
internal readonly record struct RoomFacts(long? Position = null, string? Balance = null, long? Epoch = null, string? Silo = null);
