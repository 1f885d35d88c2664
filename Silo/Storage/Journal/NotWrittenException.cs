namespace GameCluster.Silo.Storage.Journal;

/// <summary>Nothing of a batch was written, for certain.</summary>
internal sealed class NotWrittenException(string message, Exception inner) : Exception(message, inner);
