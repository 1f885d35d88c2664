using GameCluster.Push;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>Joins a stream to this silo's outboxes, and their news to the stream's grain.</summary>
internal sealed class StreamLink(GrainId stream, StreamOutboxes outboxes, IGrainFactory grains) : IStreamSink, IStreamSource
{
    public void Deliver(SiloAddress gateway, StreamDelivery delivery, long madeAt) =>
        outboxes.For(gateway).Add(new StreamItem(this, stream, delivery, [], madeAt, delivery.Epoch));

    public void Close(SiloAddress gateway, SessionId[] sessions, long epoch) => outboxes.For(gateway).Add(new StreamItem(this, stream, null, sessions, 0, epoch));

    // A call that fails is nothing to act on: the grain is gone, and its members with it.
    public void OnNotCarried(SiloAddress gateway, SessionId[]? sessions, long madeAt) => Feedback.LoseAsync(gateway, sessions, madeAt).AsTask().Ignore();

    public void OnDropped(SiloAddress gateway) => Feedback.RepeatAsync(gateway).AsTask().Ignore();

    private IStreamFeedback Feedback => grains.GetGrain<IStreamFeedback>(stream);
}
