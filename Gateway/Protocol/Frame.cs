namespace GameCluster.Gateway.Protocol;

/// <summary>A whole frame as it was received. The body belongs to whoever receives the frame; it is empty, never null.</summary>
internal readonly record struct Frame(int MessageId, int Version, byte[] Body);
