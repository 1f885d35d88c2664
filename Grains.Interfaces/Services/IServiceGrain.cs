using Orleans.Concurrency;

namespace GameCluster.Services;

/// <summary>
/// A grain that handles messages. Gateways call it by grain id and know nothing of its code. Game teams derive from ServiceGrain
/// and do not meet this interface.
/// </summary>
[Alias("gamecluster.IServiceGrain")]
public interface IServiceGrain : IGrainWithStringKey
{
    /// <summary>Handles frames in order, one after another. An exception of a handler becomes an error frame, not a failed call.</summary>
    [Alias("Handle")]
    ValueTask<LaneReply> HandleAsync(LaneCall call);

    /// <summary>
    /// Handles frames as <see cref="HandleAsync"/> does, and sends what they came to to <paramref name="gateway"/> under the gateway's <paramref name="ticket"/>: cheaper than
    /// the answer of a call. If it gets lost on the way nobody is told; the gateway's deadline ends the wait.
    /// </summary>
    [OneWay]
    [Alias("Take")]
    ValueTask TakeAsync(SiloAddress gateway, long ticket, LaneCall call);

    /// <summary>Handles one HTTP request of the service's own endpoints.</summary>
    [Alias("HandleHttp")]
    ValueTask<HttpReply> HandleHttpAsync(HttpCall call);
}
