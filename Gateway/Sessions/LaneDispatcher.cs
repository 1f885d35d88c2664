using GameCluster.Services;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Sessions;

/// <summary>
/// Carries lanes' calls to their grains. A call whose grain is in a place not known yet is a plain grain call, as that tells what is wrong; one whose grain has
/// answered before goes where it was then, without the cost of an answered call.
/// </summary>
internal sealed partial class LaneDispatcher(IngressLinks links, ServedRoles roles, TimeProvider time, IOptions<GatewayOptions> options, ILogger<LaneDispatcher> logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(25);
    private const int MaxBackOff = 4;

    /// <summary>Calls to a service without a silo fail as often as clients like; the log tells of them once in this time.</summary>
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(5);

    private int _unreported;
    private long _reportedAt;

    public void Send(Lane lane, LaneCall call)
    {
        if (lane.Location is { } location && links.IsOpen(location))
        {
            links.Send(location, lane, call);
        }
        else
        {
            _ = CallAsync(lane, call);
        }
    }

    /// <summary>Tries a call again after a pause that grows from 25 ms to 400 ms. False if its time is up by then.</summary>
    public bool TryAgain(Lane lane, LaneCall call)
    {
        var pause = FirstRetry * (1 << Math.Min(lane.Retries, MaxBackOff));
        if (TimeLeft(lane) <= pause)
        {
            return false;
        }

        lane.Retries++;
        _ = SendLaterAsync(pause, lane, call);
        return true;
    }

    private async Task SendLaterAsync(TimeSpan pause, Lane lane, LaneCall call)
    {
        await Task.Delay(pause, time).ConfigureAwait(false);
        Send(lane, call);
    }

    private TimeSpan TimeLeft(Lane lane) => options.Value.RequestTimeout - time.GetElapsedTime(lane.StartedAt);

    private async Task CallAsync(Lane lane, LaneCall call)
    {
        LaneReply reply;
        try
        {
            ThrowIfUnserved(lane);
            reply = await AskAsync(lane, call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Report(lane, exception);
            lane.Session.Fail(lane, call, CallFailure.Classify(exception));
            return;
        }

        lane.Session.Complete(lane, call, reply);
    }

    /// <summary>A first call has the time of a request by itself; one that is made again has what is left of it.</summary>
    private async ValueTask<LaneReply> AskAsync(Lane lane, LaneCall call)
    {
        var asking = lane.Grain.HandleAsync(call);
        if (lane.Retries == 0)
        {
            return await asking.ConfigureAwait(false);
        }

        var left = TimeLeft(lane);
        return await asking.AsTask().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time).ConfigureAwait(false);
    }

    /// <summary>Of the kind that Orleans has for a placement that found no silo: the call was not delivered.</summary>
    private void ThrowIfUnserved(Lane lane)
    {
        if (!roles.Contains(lane.Role))
        {
            throw new OrleansException($"no member carries the role '{lane.Role}'; start a silo with it");
        }
    }

    private void Report(Lane lane, Exception exception)
    {
        Interlocked.Increment(ref _unreported);
        var reportedAt = Volatile.Read(ref _reportedAt);
        if ((reportedAt == 0 || time.GetElapsedTime(reportedAt) > ReportPeriod)
            && Interlocked.CompareExchange(ref _reportedAt, time.GetTimestamp(), reportedAt) == reportedAt)
        {
            LogFailed(logger, Interlocked.Exchange(ref _unreported, 0), lane.Service, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} calls have failed lately, the last one to {Service}: {Reason}")]
    private static partial void LogFailed(ILogger logger, int count, string service, string reason);
}
