using Orleans.Services;

namespace GameCluster.Services;

/// <summary>
/// The entrance to a silo for calls of many sessions at once: one per silo that hosts services, addressed by silo address. It hands each call
/// to its grain and returns; the replies come back through <see cref="Push.IGatewayNode.CompleteAsync"/>, so a slow
/// grain delays nobody else.
/// </summary>
[Alias("gamecluster.IIngress")]
public interface IIngress : IGrainService
{
    /// <summary>Starts every call of the batch.</summary>
    [Alias("Deliver")]
    ValueTask DeliverAsync(IngressBatch batch);
}
