namespace GameCluster.Rooms.Journal;

/// <summary>The journal's database does not answer. What was asked for may be asked for again.</summary>
public sealed class JournalUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
