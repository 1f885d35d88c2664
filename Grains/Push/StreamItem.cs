using GameCluster.Sessions;

namespace GameCluster.Push;

/// <summary>What a stream has for one gateway: a delivery, or the end of the stream for some sessions.</summary>
internal sealed record StreamItem(IStreamSource Source, GrainId Stream, StreamDelivery? Delivery, SessionId[] Closed, long MadeAt, long Epoch)
{
    private const int Overhead = 128;

    /// <summary>What it counts in bytes.</summary>
    public int Size => Overhead + (Delivery is null ? 16 * Closed.Length : Delivery.Body.Length + Delivery.Members.Length);
}
