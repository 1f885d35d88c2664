namespace GameCluster.Services;

/// <summary>A grain has refused a call, as a durable room does that cannot write to its journal: nothing of it was done, and making it again at once would not help.</summary>
[GenerateSerializer, Alias("gamecluster.CallRefusedException")]
public sealed class CallRefusedException(string message) : OrleansException(message);
