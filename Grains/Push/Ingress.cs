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
        var outbox = outboxes.For(batch.Gateway);
        foreach (var call in batch.Calls)
        {
            _ = HandAsync(call, outbox);
        }
    }

    private async Task HandAsync(IngressCall call, GatewayOutbox outbox)
    {
        LaneCompletion completion;
        try
        {
            var reply = await grains.GetGrain<IServiceGrain>(call.Target).HandleAsync(call.Call);
            completion = new LaneCompletion(call.Ticket, reply, DeliveryFailure.None);
        }
        catch (Exception exception)
        {
            completion = new LaneCompletion(call.Ticket, null, CallFailure.Classify(exception));
        }

        outbox.Complete(completion);
    }
}
