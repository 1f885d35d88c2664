using GameCluster.Services;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace GameCluster.Push;

/// <inheritdoc cref="IIngress"/>
[Reentrant] // It keeps no state between calls: a batch is handed to the thread pool and the call ends.
internal sealed class Ingress(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, IGrainFactory grains, GatewayOutboxes outboxes)
    : GrainService(id, silo, loggers), IIngress
{
    public ValueTask DeliverAsync(IngressBatch batch)
    {
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Ingress.Start(work.Batch), (Ingress: this, Batch: batch), preferLocal: true);
        return ValueTask.CompletedTask;
    }

    private void Start(IngressBatch batch)
    {
        foreach (var call in batch.Calls)
        {
            Hand(batch.Gateway, call);
        }
    }

    private void Hand(SiloAddress gateway, IngressCall call)
    {
        try
        {
            _ = grains.At<IServiceGrain>(call.Target).TakeAsync(gateway, call.Ticket, call.Call);
        }
        catch (Exception exception)
        {
            outboxes.Complete(gateway, new LaneCompletion(call.Ticket, null, CallFailure.Classify(exception)));
        }
    }
}
