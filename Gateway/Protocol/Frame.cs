namespace GameCluster.Gateway.Protocol;

/// <summary>A whole frame as it was received. The body belongs to whoever receives the frame; it is empty, never null.</summary>
/// <param name="MessageId">What the frame is about.</param>
/// <param name="Version">The version in its header.</param>
/// <param name="Body">The body.</param>
/// <param name="Session">What version 1 adds to the header.</param>
internal readonly record struct Frame(int MessageId, int Version, byte[] Body, SessionFrame Session = default);
