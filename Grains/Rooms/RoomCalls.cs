using GameCluster.Services;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace GameCluster.Rooms;

/// <summary>
/// Calls to rooms. While silos come and go they are made again, as long as the client whose message caused them may still be waiting; the last one may end after that. Only for calls that do no harm when they arrive twice.
/// </summary>
internal sealed class RoomCalls(TimeProvider time, IOptions<SiloMessagingOptions> messaging)
{
    private const int MaxBackOff = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);

    /// <summary>The answer, or the error that a handler can return. <paramref name="startedAt"/>: when the client's time began to run. The first call is made in any case: not every client waits.</summary>
    public async ValueTask<Response<T>> AskAsync<T>(Func<ValueTask<T>> call, long startedAt)
    {
        var mayBeDone = false;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException or OperationCanceledException)
            {
                mayBeDone |= CallFailure.Classify(exception) != DeliveryFailure.NotDelivered;
                var pause = FirstPause * (1 << Math.Min(attempt, MaxBackOff));
                if (exception is CallRefusedException || time.GetElapsedTime(startedAt) + pause >= messaging.Value.ResponseTimeout)
                {
                    return mayBeDone
                        ? Response.Error(ErrorCodes.OutcomeUnknown, "The room's server did not answer; whether it did its work is unknown.")
                        : Response.Error(ErrorCodes.Unavailable, "No server could take the room in time.");
                }

                await Task.Delay(pause, time);
            }
        }
    }
}
