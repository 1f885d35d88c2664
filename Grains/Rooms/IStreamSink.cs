using GameCluster.Push;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>Takes what a stream has for its subscribers to their gateways, in order for each gateway.</summary>
internal interface IStreamSink
{
    /// <param name="madeAt">The stream's own counting at that time: who was taken up later than this has nothing to do with the fate of it.</param>
    void Deliver(SiloAddress gateway, StreamDelivery delivery, long madeAt);

    /// <summary>The sessions follow the stream no more, after everything delivered so far.</summary>
    void Close(SiloAddress gateway, SessionId[] sessions, long epoch);
}
