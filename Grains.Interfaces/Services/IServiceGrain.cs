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

    /// <summary>Handles one HTTP request of the service's own endpoints.</summary>
    [Alias("HandleHttp")]
    ValueTask<HttpReply> HandleHttpAsync(HttpCall call);
}
